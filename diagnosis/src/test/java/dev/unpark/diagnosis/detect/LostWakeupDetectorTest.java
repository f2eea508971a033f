package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LostWakeupDetectorTest {
  private static final String TAKE = "shop.Shelf.take(Shelf.java:40)";
  private static final String PUT = "shop.Shelf.put(Shelf.java:50)";
  private static final String[] REST = {
    "java.lang.Thread.sleep(Thread.java)", "shop.Main.main(Main.java:9)"
  };

  private final LostWakeupDetector detector = new LostWakeupDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return detector.examine(timeline);
  }

  /** A filler and a taker that wait on the same object, and a main that sleeps. */
  private static Scene oneSet() {
    return new Scene()
        .inDump()
        .waits(1, "taker-1", "shelf", "1", false, TAKE, "shop.Taker.run(Taker.java:4)")
        .waits(2, "filler-1", "shelf", "1", false, PUT, "shop.Filler.run(Filler.java:4)")
        .rests(9, "main", REST)
        .unknown("shelf", ResourceKind.NOTIFICATION);
  }

  @Test
  void givenTwoErrandsInOneWaitSet_whenNobodyElseWorks_thenTheSignalIsLost() {
    Finding finding = examine(oneSet().at(0)).get(0);

    assertThat(finding.type()).isEqualTo("lost-wakeup");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.severity()).as("nobody is seen to suffer").isEqualTo(Severity.WARNING);
    assertThat(finding.headline())
        .isEqualTo(
            "2 threads on different errands wait for the same signal, and nobody else works");
    assertThat(finding.explanation().get(1))
        .isEqualTo("they come by 2 ways, so each kind is whom the others wait for");
    assertThat(finding.participants()).extracting(p -> p.thread().id()).containsExactly(1L, 2L);
    assertThat(finding.limits().get(0)).startsWith("who was to give the signal");
  }

  @Test
  void givenTwoErrandsInOneWaitSet_whenSomebodyWorks_thenTheSignalMayCome() {
    assertThat(examine(oneSet().runs(3, "filler-2").at(0))).isEmpty();
  }

  @Test
  void givenTwoErrandsInOneWaitSet_whenAProducerRests_thenTheSignalMayCome() {
    Scene scene =
        oneSet()
            .rests(
                3,
                "source",
                "java.lang.Thread.sleep(Thread.java)",
                "shop.Source.run(Source.java:7)");

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenTwoErrandsInOneWaitSet_whenAnotherOfTheirCodeWaitsForAnswers_thenTheSignalMayCome() {
    Scene scene =
        oneSet()
            .waits(3, "filler-2", "truck", "1", false, "shop.Shelf.order(Shelf.java:70)")
            .unknown("truck", ResourceKind.FUTURE);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenOneErrandInOneWaitSet_whenExamined_thenTheyMayWaitForWork() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "taker-1", "shelf", "1", false, TAKE)
            .waits(2, "taker-2", "shelf", "1", false, TAKE)
            .unknown("shelf", ResourceKind.NOTIFICATION);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenTimedWaits_whenExamined_thenTheyEndByThemselves() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "taker-1", "shelf", "1", true, TAKE)
            .waits(2, "filler-1", "shelf", "1", true, PUT)
            .unknown("shelf", ResourceKind.NOTIFICATION);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenALiveLook_whenTheWaitsHaveNotStoodForATrend_thenNothingIsToldYet() {
    Scene live =
        new Scene()
            .waits(1, "taker-1", "shelf", "1", false, TAKE)
            .waits(2, "filler-1", "shelf", "1", false, PUT)
            .unknown("shelf", ResourceKind.CONDITION);

    assertThat(examine(live.at(0), live.at(1_000))).isEmpty();
    assertThat(examine(live.at(0), live.at(2_500), live.at(5_000))).hasSize(1);
  }

  /** Nested monitor lockout: waits for a signal with the register locked. */
  private static Scene lockout() {
    return liveLockout().inDump();
  }

  private static Scene liveLockout() {
    return new Scene()
        .waits(1, "reader", "news", "1", false, "shop.Register.await(Register.java:12)")
        .waits(2, "writer", "register", "1", false, "shop.Register.publish(Register.java:30)")
        .unknown("news", ResourceKind.NOTIFICATION)
        .monitor("register", "shop.Register", 1);
  }

  @Test
  void givenAWaiterThatHoldsWhatTheSignallerNeeds_whenExamined_thenItIsLockedOut() {
    Finding finding = examine(lockout().at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo(
            "reader waits for a signal while it holds the monitor of Register, which writer needs");
    assertThat(finding.explanation())
        .containsExactly(
            "reader holds the monitor of Register and waits for Thing, at"
                + " Register.await(Register.java:12)",
            "writer, of the same code, waits for it: whoever is to give the signal cannot get"
                + " there");
    assertThat(finding.participants())
        .extracting(p -> p.thread().name() + " " + p.role())
        .containsExactly("reader " + Role.MEMBER, "writer " + Role.VICTIM);
    assertThat(finding.limits().get(0)).startsWith("who was to give the signal");
  }

  @Test
  void givenAWaiterThatHoldsALock_whenOnlyStrangersNeedIt_thenTheSignalMayCome() {
    Scene strangers =
        new Scene()
            .inDump()
            .waits(1, "reader", "news", "1", false, "shop.Register.await(Register.java:12)")
            .waits(2, "mail", "register", "1", false, "shop.Mail.send(Mail.java:3)")
            .unknown("news", ResourceKind.NOTIFICATION)
            .monitor("register", "shop.Register", 1);

    assertThat(examine(strangers.at(0))).isEmpty();
  }

  @Test
  void givenALockout_whenSomebodyElseWorks_thenTheSignalMayCome() {
    assertThat(examine(lockout().runs(3, "source").at(0))).isEmpty();
  }

  @Test
  void givenSignallersThatWaitForEachOther_whenBelieved_thenTheSuspicionSaysWhy() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "producer", "notFull", "1", false, PUT)
            .waits(2, "consumer", "notEmpty", "1", false, TAKE)
            .believed("notFull", ResourceKind.CONDITION, 2)
            .believed("notEmpty", ResourceKind.CONDITION, 1);

    Finding finding = examine(scene.at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("producer and consumer wait for signals that only they could give");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.limits().get(0)).startsWith("whether nobody else can end these waits");
  }

  @Test
  void givenALiveLockout_whenItHasStoodForAMoment_thenItIsTold() {
    Scene live = liveLockout();

    assertThat(examine(live.at(0), live.at(500))).isEmpty();
    assertThat(examine(live.at(0), live.at(500), live.at(1_000))).hasSize(1);
  }

  @Test
  void givenBelievedSignallers_whenOneOfThemRuns_thenFindsNothing() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "producer", "notFull", "1", false, PUT)
            .runs(2, "consumer")
            .believed("notFull", ResourceKind.CONDITION, 2);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenBelievedHoldersOfPermits_whenExamined_thenThatIsAnotherDetectorsFinding() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "copy", "permits", "1", false, PUT)
            .resource(
                "permits",
                ResourceKind.SEMAPHORE,
                "java.util.concurrent.Semaphore",
                new Release.Believed(Set.of(1L), "it took permits"));

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenTwoIdleThreadsThatFeedEachOther_whenNobodyWaitsBehindThem_thenFindsNothing() {
    Scene idle =
        pair("java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)");

    assertThat(examine(idle.at(0), idle.at(2_500), idle.at(5_000))).isEmpty();
  }

  @Test
  void givenOneOfThePairOnAFullQueue_whenItStands_thenNeitherIsIdle() {
    Scene full = pair("java.util.concurrent.LinkedBlockingQueue.put(LinkedBlockingQueue.java:343)");

    assertThat(examine(full.at(0), full.at(2_500), full.at(5_000))).hasSize(1);
  }

  private static Scene pair(String second) {
    return new Scene()
        .waits(
            1,
            "asker",
            "replies",
            "1",
            false,
            "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
            "shop.Asker.run(Asker.java:9)")
        .waits(2, "answerer", "questions", "1", false, second, "shop.Answerer.run(Answerer.java:7)")
        .condition("replies", 2)
        .condition("questions", 1);
  }

  /** Two crawlers that put into the queue that only they empty. */
  private static Scene fullQueue() {
    String[] put = {
      "java.util.concurrent.ArrayBlockingQueue.put(ArrayBlockingQueue.java:371)",
      "shop.Crawler.follow(Crawler.java:20)"
    };
    return new Scene()
        .inDump()
        .waits(1, "crawler-1", "room", "1", false, put)
        .waits(2, "crawler-2", "room", "1", false, put)
        .unknown("room", ResourceKind.QUEUE);
  }

  @Test
  void givenThreadsThatPutIntoAFullQueue_whenNobodyIsLeftToTake_thenTheyWaitForThemselves() {
    Finding finding = examine(fullQueue().rests(9, "main", REST).at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo(
            "2 threads wait for room in a full queue, and no thread is left to take from it");
    assertThat(finding.explanation().get(0))
        .isEqualTo("2 threads of \"crawler-#\" wait for room, at Crawler.follow(Crawler.java:20)");
    assertThat(finding.participants()).extracting(p -> p.thread().id()).containsExactly(1L, 2L);
  }

  @Test
  void givenThreadsThatPutIntoAFullQueue_whenAnybodyMayTake_thenFindsNothing() {
    assertThat(examine(fullQueue().runs(3, "writer").at(0))).isEmpty();
    assertThat(examine(fullQueue().rests(3, "writer", "shop.Writer.run(Writer.java:5)").at(0)))
        .isEmpty();
    assertThat(examine(fullQueue().waits(3, "writer", "L").unknown("L", ResourceKind.FUTURE).at(0)))
        .isEmpty();
  }

  @Test
  void givenThreadsThatPutIntoAFullQueue_whenATimerWillComeBack_thenItMayTake() {
    String[] timer = {
      "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)",
      "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1122)"
    };

    assertThat(examine(fullQueue().rests(3, "flusher", timer).at(0))).isEmpty();
    assertThat(
            examine(
                fullQueue()
                    .waits(3, "flusher", "work", "1", false, timer)
                    .unknown("work", ResourceKind.QUEUE)
                    .at(0)))
        .hasSize(1);
  }

  @Test
  void givenThreadsThatPutIntoAFullQueue_whenAnEventLoopIsIdle_thenOnlyASecondLookTells() {
    Scene scene =
        fullQueue()
            .runs(
                3,
                "nio-1",
                "sun.nio.ch.EPoll.wait(EPoll.java)",
                "sun.nio.ch.SelectorImpl.select(SelectorImpl.java:146)",
                "io.netty.channel.nio.NioIoHandler.select(NioIoHandler.java:712)",
                "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:500)");

    assertThat(examine(scene.at(0))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(2_500))).hasSize(1);
  }

  @Test
  void givenConsumersThatWaitForWork_whenNobodyPuts_thenTheyAreIdle() {
    Scene idle =
        new Scene()
            .inDump()
            .waits(
                1,
                "taker",
                "work",
                "1",
                false,
                "java.util.concurrent.ArrayBlockingQueue.take(ArrayBlockingQueue.java:420)",
                "shop.Taker.put(Taker.java:9)")
            .unknown("work", ResourceKind.QUEUE);

    assertThat(examine(idle.at(0))).isEmpty();
  }

  private static final String[] TASK = {
    "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1122)"
  };

  @Test
  void givenTwoErrandsInOneWaitSet_whenOneOfThemIsATaskOrHoldsALock_thenSomebodySuffers() {
    Scene task = oneSet().waits(2, "filler-1", "shelf", "1", false, PUT, TASK[0]);
    Scene holder =
        oneSet()
            .monitor("till", "shop.Till", 2)
            .waits(3, "cashier", "till", "1", false, "shop.Till.open(Till.java:3)");

    assertThat(examine(task.at(0))).extracting(Finding::severity).containsOnly(Severity.CRITICAL);
    assertThat(examine(holder.at(0))).extracting(Finding::severity).containsOnly(Severity.CRITICAL);
  }

  @Test
  void givenSubscribersThatWaitInOneMethod_whenTheyCameByDifferentBodies_thenTheyAreIdle() {
    String next = "shop.Bus.next(Bus.java:20)";
    Scene idle =
        new Scene()
            .inDump()
            .waits(1, "mailer", "bus", "1", false, next, "shop.Mailer.run(Mailer.java:4)")
            .waits(2, "printer", "bus", "1", false, next, "shop.Bus.lambda$print$0(Bus.java:60)")
            .unknown("bus", ResourceKind.NOTIFICATION);

    assertThat(examine(idle.at(0), idle.at(2_500))).isEmpty();
  }

  @Test
  void givenAnIdleServer_whenItsMainWaitsForTheEndAtTheSameObject_thenNothingIsFound() {
    Scene idle =
        new Scene()
            .inDump()
            .waits(
                1,
                "main",
                "server",
                "1",
                false,
                "shop.Server.awaitEnd(Server.java:9)",
                "shop.Shop.main(Shop.java:3)")
            .waits(2, "worker-1", "server", "1", false, "shop.Server.nextJob(Server.java:20)")
            .waits(3, "worker-2", "server", "1", false, "shop.Server.nextJob(Server.java:20)")
            .unknown("server", ResourceKind.NOTIFICATION);

    assertThat(examine(idle.at(0), idle.at(2_500))).isEmpty();
  }

  @Test
  void givenTwoErrandsThatWaitInAHelper_whenNobodyElseWorks_thenTheSignalIsLost() {
    String helper = "shop.Shelf.until(Shelf.java:9)";
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "taker-1", "shelf", "1", false, helper, TAKE)
            .waits(2, "filler-1", "shelf", "1", false, helper, PUT)
            .unknown("shelf", ResourceKind.NOTIFICATION);

    assertThat(examine(scene.at(0))).hasSize(1);
  }

  /** The lockout, but what its waiter waits for is an answer of a broker. */
  private static Scene call() {
    return lockout()
        .waits(
            1,
            "reader",
            "news",
            "1",
            false,
            "java.lang.Object.wait(Native Method)",
            "com.rabbitmq.utility.BlockingCell.get(BlockingCell.java:50)",
            "com.rabbitmq.client.impl.AMQChannel.rpc(AMQChannel.java:150)",
            "shop.Register.await(Register.java:12)")
        .runs(
            3,
            "AMQP Connection",
            "java.net.SocketInputStream.socketRead0(Native Method)",
            "com.rabbitmq.client.impl.AMQConnection$MainLoop.run(AMQConnection.java:598)");
  }

  @Test
  void givenAWaiterWithALock_whenItWaitsForAPeersAnswer_thenThatComesFromOutside() {
    assertThat(examine(call().at(0), call().at(2_500), call().at(5_000))).isEmpty();
  }

  @Test
  void givenALockout_whenATimerOrALoopOfItsCodeIsIdle_thenItIsAWarningAndTakesATrendLive() {
    String[] timer = {
      "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)", TASK[0]
    };
    String[] loop = {
      "sun.nio.ch.EPoll.wait(Native Method)", "shop.Register$Wire.loop(Register.java:90)"
    };
    String[] stranger = {"sun.nio.ch.EPoll.wait(Native Method)", "mail.Wire.loop(Wire.java:90)"};

    assertThat(severities(lockout().rests(3, "refill", timer))).containsExactly(Severity.WARNING);
    assertThat(severities(lockout().runs(3, "wire", loop))).containsExactly(Severity.WARNING);
    assertThat(severities(lockout().runs(3, "mail", stranger))).containsExactly(Severity.CRITICAL);
    assertThat(severities(lockout())).containsExactly(Severity.CRITICAL);

    Scene live = liveLockout().rests(3, "refill", timer);
    assertThat(examine(live.at(0), live.at(500), live.at(1_000))).isEmpty();
    assertThat(examine(live.at(0), live.at(2_500), live.at(5_000))).hasSize(1);
  }

  private List<Severity> severities(Scene scene) {
    return examine(scene.at(0)).stream().map(Finding::severity).toList();
  }
}
