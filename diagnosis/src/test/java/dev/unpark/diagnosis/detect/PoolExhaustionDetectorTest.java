package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PoolExhaustionDetectorTest {
  private static final String FETCH = "shop.Prices.fetch(Prices.java:40)";
  private final PoolExhaustionDetector detector = new PoolExhaustionDetector(Thresholds.DEFAULT);

  /** Eleven looks in five seconds. */
  private List<Finding> examine(IntFunction<Scene> look) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 120);
    for (int i = 0; i <= 10; i++) {
      timeline.add(look.apply(i).at(i * 500L));
    }
    return detector.examine(timeline);
  }

  private static Scene readers() {
    return new Scene().reads(1, "api-1", FETCH).reads(2, "api-2", FETCH);
  }

  @Test
  void givenWorkersThatAllReadFromAPeerWhileTheQueueGrows_whenExamined_thenSaysWhatTheyWaitFor() {
    Finding finding = examine(i -> readers().pool("P", "api-#", 10 + i, 100 + i, 1, 2)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.headline())
        .isEqualTo(
            "pool \"api-#\" has no free worker: 2 of 2 wait at Prices.fetch(Prices.java:40),"
                + " 20 tasks queued");
    assertThat(finding.explanation())
        .containsExactly(
            "all 2 workers of pool \"api-#\" were taken at nearly every one of 11 looks in 5.0 s",
            "api-1 and api-2 wait at Prices.fetch(Prices.java:40), for a peer's answer or for a"
                + " disk",
            "queue: 10 tasks then, 20 now; 10 tasks completed meanwhile",
            "at this pace a task that is queued now waits 10.0 s");
  }

  @Test
  void givenNothingCompletedAtAll_whenExamined_thenItIsCritical() {
    assertThat(examine(i -> readers().pool("P", "api-#", 10, 100, 1, 2)).get(0).severity())
        .isEqualTo(Severity.CRITICAL);
  }

  @Test
  void givenABatchThatComputes_whenExamined_thenFindsNothing() {
    assertThat(
            examine(
                i ->
                    new Scene()
                        .runs(1, "batch-1")
                        .runs(2, "batch-2")
                        .pool("P", "batch-#", 1000, 100 + i, 1, 2)))
        .isEmpty();
  }

  @Test
  void givenAQueueThatDrains_whenExamined_thenFindsNothing() {
    assertThat(examine(i -> readers().pool("P", "api-#", 100 - i, 100 + i, 1, 2))).isEmpty();
  }

  @Test
  void givenAShortQueueServedFast_whenExamined_thenFindsNothing() {
    assertThat(examine(i -> readers().pool("P", "api-#", 2, 100 + 50 * i, 1, 2))).isEmpty();
  }

  @Test
  void givenABusyPoolThatMayGrow_whenExamined_thenFindsNothing() {
    assertThat(examine(i -> readers().pool("P", "api-#", true, 10 + i, 0, 0, 1, 2))).isEmpty();
  }

  @Test
  void givenTasksThatAreRejected_whenExamined_thenAShortQueueIsNoExcuse() {
    Finding finding =
        examine(i -> readers().pool("P", "api-#", false, 1, 100 + 50 * i, 3 * i, 1, 2)).get(0);

    assertThat(finding.explanation())
        .contains("queue: 1 tasks then, 1 now; 500 tasks completed meanwhile, 30 rejected");
  }

  @Test
  void givenAPoolThatMayGrowOrIsIdleNowAndThen_whenExamined_thenFindsNothing() {
    assertThat(examine(i -> readers().pool("P", "api-#", true, 10, 0, 0, 1, 2))).isEmpty();
    assertThat(examine(i -> i % 3 == 0 ? readers() : readers().pool("P", "api-#", 10, 0, 1, 2)))
        .as("it was not there at every look")
        .isEmpty();
    assertThat(examine(i -> readers().pool("P", "api-#", i % 2 == 0 ? 0 : 10, 0, 1, 2))).isEmpty();
    assertThat(examine(i -> new Scene().pool("P", "api-#", 10, 0))).isEmpty();
  }

  @Test
  void givenWorkersWithoutStacks_whenExamined_thenTheirPlaceIsUnknown() {
    Finding finding =
        examine(
                i ->
                    new Scene()
                        .stands(1, "api-1", ThreadState.WAITING)
                        .stands(2, "api-2", ThreadState.NEW)
                        .pool("P", "api-#", 10, 0, 1, 2))
            .get(0);

    assertThat(finding.headline()).contains("1 of 2 wait at an unknown place");
    assertThat(finding.explanation())
        .contains(
            "api-1 waits at an unknown place",
            "at this pace a task that is queued now is never run");
  }

  @Test
  void givenATimelineOfOneSecond_whenExamined_thenItIsTooEarlyToSay() {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 120);
    for (int i = 0; i < 5; i++) {
      timeline.add(readers().pool("P", "api-#", 10, 0, 1, 2).at(i * 200L));
    }

    assertThat(detector.examine(timeline)).isEmpty();
  }

  @Test
  void givenAPoolThatIsDeadlocked_whenExamined_thenExhaustionIsNotTheNews() {
    assertThat(
            examine(
                i ->
                    new Scene()
                        .waits(1, "api-1", "X")
                        .waits(2, "api-2", "Y")
                        .lock("X", 2)
                        .lock("Y", 1)
                        .pool("P", "api-#", 10 + i, 0, 1, 2)))
        .isEmpty();
  }

  private static final String LOOP = "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1)";
  private static final String DRIVER =
      "org.postgresql.core.VisibleBufferedInputStream.read(V.java:1)";
  private static final String[] QUERIES = {
    "sun.nio.ch.SocketDispatcher.read0(S.java)", DRIVER, "shop.Orders.load(Orders.java:9)", LOOP
  };
  private static final String[] BORROWS = {
    "com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:163)",
    "shop.Orders.load(Orders.java:8)"
  };

  private List<Finding> examineDump(Scene scene) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    timeline.add(scene.inDump().at(0));
    return new PoolExhaustionDetector(Thresholds.DEFAULT).examine(timeline);
  }

  private static Scene workers(int inDatabase, String... last) {
    Scene scene = new Scene();
    for (int i = 1; i <= inDatabase; i++) {
      scene.runs(i, "exec-" + i, QUERIES);
    }
    return last.length == 0 ? scene : scene.runs(99, "exec-99", last);
  }

  @Test
  void givenADumpInWhichEveryWorkerIsInTheDriver_whenExamined_thenTheDatabaseIsToBlame() {
    Finding finding = examineDump(workers(3)).get(0);

    assertThat(finding.headline())
        .isEqualTo("pool \"exec-#\" has no free worker: nearly all of 3 wait for the database");
    assertThat(finding.limits())
        .contains("whether tasks queue: a dump does not hold queues; the agent does");
    assertThat(finding.participants()).hasSize(3);
  }

  private List<Finding> three(ThreadState state, String... stack) {
    Scene scene = new Scene();
    for (int i = 1; i <= 3; i++) {
      scene.stands(i, "exec-" + i, state, stack);
    }
    return examineDump(scene);
  }

  @Test
  void givenDumpsInWhichAllWorkersWaitForTheSameSort_whenExamined_thenTheCauseIsNamed() {
    String read = "sun.nio.ch.SocketDispatcher.read0(S.java)";
    String own = "shop.Orders.load(Orders.java:9)";
    String jetty = "org.eclipse.jetty.util.thread.QueuedThreadPool.runJob(Q.java:1)";

    assertThat(
            three(ThreadState.RUNNABLE, read, "okhttp3.Call.execute(C.java:1)", own, LOOP)
                .get(0)
                .headline())
        .endsWith("wait for a service that they call");
    assertThat(
            three(ThreadState.WAITING, "redis.clients.jedis.Jedis.get(J.java:1)", own, LOOP)
                .get(0)
                .headline())
        .endsWith("wait for something remote");
    assertThat(
            three(
                    ThreadState.TIMED_WAITING,
                    "com.zaxxer.hikari.pool.HikariPool.getConnection(H.java:1)",
                    own,
                    LOOP)
                .get(0)
                .headline())
        .endsWith("wait for a connection from its pool");
    assertThat(three(ThreadState.RUNNABLE, read, own, jetty).get(0).headline())
        .endsWith("wait for a peer or a disk");
    assertThat(three(ThreadState.RUNNABLE, read, own, LOOP))
        .as("a pool of the JDK may grow")
        .isEmpty();
    assertThat(
            three(
                ThreadState.RUNNABLE,
                "com.zaxxer.hikari.pool.HikariPool.getConnection(H.java:1)",
                own,
                LOOP))
        .as("whoever runs there has got one")
        .isEmpty();
    assertThat(three(ThreadState.RUNNABLE, "okhttp3.Call.execute(C.java:1)", own, LOOP))
        .as("it computes")
        .isEmpty();
    assertThat(three(ThreadState.WAITING, own, LOOP)).isEmpty();
  }

  @Test
  void givenAServersSelectorBesideWorkersThatWait_whenDumped_thenItIsNoFreeWorker() {
    String jetty = "org.eclipse.jetty.util.thread.QueuedThreadPool.runJob(Q.java:1)";
    Scene scene = new Scene();
    for (int i = 1; i <= 3; i++) {
      scene.runs(
          i,
          "qtp-" + i,
          "sun.nio.ch.SocketDispatcher.read0(S.java)",
          "shop.Web.get(W.java:1)",
          jetty);
    }
    scene.runs(
        4,
        "qtp-4",
        "sun.nio.ch.EPoll.wait(Native Method)",
        "org.eclipse.jetty.io.ManagedSelector.nioSelect(M.java:183)",
        jetty);

    assertThat(examineDump(scene).get(0).headline())
        .isEqualTo("pool \"qtp-#\" has no free worker: nearly all of 3 wait for a peer or a disk");
    scene.stands(
        5,
        "qtp-5",
        ThreadState.TIMED_WAITING,
        "org.eclipse.jetty.util.thread.QueuedThreadPool.idleJobPoll(Q.java:1)",
        "org.eclipse.jetty.util.thread.QueuedThreadPool$Runner.run(Q.java:2)");
    assertThat(examineDump(scene)).as("this one is free").isEmpty();
  }

  @Test
  void givenADumpWithAFreeOrABusyWorkerOrTooFew_whenExamined_thenFindsNothing() {
    String getTask = "java.util.concurrent.ThreadPoolExecutor.getTask(T.java:1062)";

    assertThat(examineDump(workers(3, getTask, LOOP))).isEmpty();
    assertThat(examineDump(workers(3, "shop.Sum.add(Sum.java:1)", LOOP))).isEmpty();
    assertThat(examineDump(workers(4, "shop.Sum.add(Sum.java:1)", LOOP))).hasSize(1);
    assertThat(examineDump(workers(2))).isEmpty();
  }

  private static Scene borrowers(int count) {
    Scene scene = new Scene().unknown("bag", ResourceKind.QUEUE);
    for (int i = 1; i <= count; i++) {
      scene.waits(i, "clerk-" + i, "bag", "1", true, BORROWS);
    }
    return scene;
  }

  @Test
  void givenADumpInWhichThreadsAskForConnections_whenOthersAreInTheDriver_thenItIsSlow() {
    Finding finding = examineDump(borrowers(3).runs(9, "clerk-9", QUERIES)).get(0);

    assertThat(finding.headline())
        .isEqualTo("3 threads wait for a connection: 1 other waits for the database");
    assertThat(finding.explanation().get(1))
        .startsWith("1 thread of \"clerk-#\" inside the driver");
    assertThat(examineDump(borrowers(2).runs(9, "clerk-9", QUERIES))).isEmpty();
  }

  @Test
  void givenADumpInWhichThreadsAskForConnections_whenOthersKeepThem_thenThatIsSaid() {
    Scene scene =
        borrowers(3)
            .rests(
                9,
                "clerk-9",
                "java.lang.Thread.sleep(Thread.java)",
                "shop.Mail.send(Mail.java:4)",
                "shop.Orders.load(Orders.java:12)");

    assertThat(examineDump(scene).get(0).headline())
        .isEqualTo("3 threads wait for a connection: 1 other may keep theirs without use");
    assertThat(examineDump(borrowers(3))).isEmpty();
  }

  @Test
  void givenWorkersThatTheJvmCallsRunnable_whenTheyWaitForANameServer_thenTheyWaitForAPeer() {
    String lookup = "java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)";
    Finding finding =
        examine(
                i ->
                    new Scene()
                        .runs(1, "api-1", lookup, FETCH)
                        .runs(2, "api-2", lookup, FETCH)
                        .pool("P", "api-#", 10 + i, 100 + i, 1, 2))
            .get(0);

    assertThat(finding.explanation())
        .contains(
            "api-1 and api-2 wait at Prices.fetch(Prices.java:40), for a peer's answer or for a"
                + " disk");
  }
}
