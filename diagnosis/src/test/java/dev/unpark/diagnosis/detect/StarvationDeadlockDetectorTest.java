package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StarvationDeadlockDetectorTest {
  private final StarvationDeadlockDetector detector =
      new StarvationDeadlockDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return detector.examine(timeline);
  }

  private static Scene starved() {
    return new Scene()
        .waits(1, "pricing-1", "f1", "9", false, "shop.Quotes.discount(Quotes.java:131)")
        .waits(2, "pricing-2", "f2", "9", false, "shop.Quotes.discount(Quotes.java:131)")
        .waits(3, "http-1", "f3")
        .queuedFuture("f1", "P")
        .queuedFuture("f2", "P")
        .queuedFuture("f3", "P")
        .pool("P", "pricing-#", 3, 10, 1, 2);
  }

  @Test
  void givenAPoolWhoseWorkersWaitForItsOwnQueue_whenSeenTwice_thenItIsProvenAndTold() {
    Finding finding = examine(starved().at(0), starved().at(500)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.PROVEN);
    assertThat(finding.headline())
        .isEqualTo(
            "all 2 workers of pool \"pricing-#\" wait for tasks that only this pool can run");
    assertThat(finding.explanation())
        .containsExactly(
            "pricing-1 and pricing-2 wait for a FutureTask at Quotes.discount(Quotes.java:131)",
            "pool \"pricing-#\": 3 tasks queued, 2 of 2 workers wait, none will come free",
            "behind them: 1 thread of \"http-#\"");
    assertThat(finding.executors()).extracting("id").containsExactly("P");
  }

  private static Scene latchInPool() {
    return new Scene()
        .waits(1, "pricing-1", "latch", "9", false, "shop.Quotes.discount(Quotes.java:131)")
        .waits(2, "pricing-2", "latch", "9", false, "shop.Quotes.discount(Quotes.java:131)")
        .believed("latch", ResourceKind.LATCH, 1, 2);
  }

  @Test
  void givenWorkersBelievedToEndTheirOwnWait_whenTheyHaveStoodForAMoment_thenThePoolIsStarved() {
    Scene scene = latchInPool().pool("P", "pricing-#", 1, 10, 1, 2);

    assertThat(examine(scene.at(0), scene.at(500))).isEmpty();
    Finding finding = examine(scene.at(0), scene.at(500), scene.at(1_000)).get(0);
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.executors()).extracting("id").containsExactly("P");
    assertThat(finding.participants()).extracting(p -> p.thread().id()).containsExactly(1L, 2L);
  }

  @Test
  void givenWorkersBelievedToEndTheirOwnWait_whenNothingIsQueued_thenNoPoolIsToBlame() {
    Scene scene = latchInPool().pool("P", "pricing-#", 0, 10, 1, 2);

    assertThat(examine(scene.at(0), scene.at(500), scene.at(1_000))).isEmpty();
  }

  @Test
  void givenASingleWorker_whenExamined_thenTheHeadlineCountsRight() {
    Scene one =
        new Scene().waits(1, "timer", "f").queuedFuture("f", "P").pool("P", "timer", 1, 0, 1);

    assertThat(examine(one.inDump().at(0)).get(0).headline())
        .isEqualTo(
            "the only worker of pool \"timer\" waits for a task that only this pool can run");
  }

  @Test
  void givenOneWorkerThatRuns_whenExamined_thenFindsNothing() {
    Scene scene =
        new Scene()
            .waits(1, "pricing-1", "f1")
            .runs(2, "pricing-2")
            .queuedFuture("f1", "P")
            .pool("P", "pricing-#", 1, 10, 1, 2);

    assertThat(examine(scene.at(0), scene.at(500))).isEmpty();
  }

  @Test
  void givenALockDeadlock_whenExamined_thenThatIsAnotherDetectorsFinding() {
    Scene ring = new Scene().waits(1, "a", "X").waits(2, "b", "Y").lock("X", 2).lock("Y", 1);

    assertThat(examine(ring.at(0))).isEmpty();
  }

  private static Scene dump() {
    return new Scene()
        .inDump()
        .waits(1, "quotes-1", "f1", "9", false, INNER)
        .waits(2, "quotes-2", "f2", "9", false, INNER)
        .unknown("idle", ResourceKind.CONDITION)
        .resource("f1", ResourceKind.FUTURE, FUTURE_TASK, new Release.Unknown())
        .resource("f2", ResourceKind.FUTURE, FUTURE_TASK, new Release.Unknown());
  }

  private static final String FUTURE_TASK = "java.util.concurrent.FutureTask";
  private static final String LOOP = "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1)";
  private static final String[] INNER = {
    "java.util.concurrent.FutureTask.get(FutureTask.java:190)",
    "shop.Quotes.discount(Quotes.java:131)",
    "java.util.concurrent.FutureTask.run(FutureTask.java:264)",
    LOOP
  };
  private static final String[] IDLE = {
    "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)", LOOP
  };
  private static final String[] BUSY = {"shop.Mail.send(Mail.java:9)", LOOP};

  @Test
  void givenADumpInWhichEveryBusyWorkerWaitsForATask_whenExamined_thenStarvationIsSuspected() {
    Finding finding = examine(dump().waits(3, "mail-1", "idle", "1", false, IDLE).at(0)).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline())
        .isEqualTo("all 2 workers of pool \"quotes-#\" wait for tasks that no thread runs");
    assertThat(finding.participants()).extracting(p -> p.thread().id()).containsExactly(1L, 2L);
    assertThat(finding.limits().get(0)).startsWith("the queues");
  }

  /** A parallel stream below a lock that its tasks want. */
  @Test
  void givenAWorkerThatWantsTheLockOfWhoeverWaitsForIt_whenDumped_thenTheChainIsTold() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(
                1,
                "batch",
                "task",
                "1",
                false,
                "java.util.concurrent.ForkJoinTask.awaitDone(ForkJoinTask.java:445)",
                "shop.Batch.all(Batch.java:22)")
            .waits(
                2,
                "ForkJoinPool.commonPool-worker-1",
                "map",
                "1",
                false,
                "shop.Batch.one(Batch.java:30)",
                "java.util.concurrent.ForkJoinPool.runWorker(ForkJoinPool.java:1)")
            .unknown("task", ResourceKind.FUTURE)
            .monitor("map", "shop.Map", 1);

    Finding finding = examine(scene.at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo(
            "the only worker of pool \"ForkJoinPool.commonPool-worker-#\" waits for what no thread"
                + " does");
    assertThat(finding.explanation().get(0))
        .isEqualTo(
            "ForkJoinPool.commonPool-worker-1 waits for the monitor of Map, held by batch, which"
                + " waits for Thing at Batch.all(Batch.java:22), at Batch.one(Batch.java:30)");
    assertThat(finding.participants())
        .extracting(p -> p.thread().name() + " " + p.role().label())
        .containsExactly("ForkJoinPool.commonPool-worker-1 member", "batch holder");
  }

  @Test
  void givenADumpInWhichAnotherWorkerIsBusy_whenExamined_thenItMayRunWhatTheOthersWant() {
    assertThat(examine(dump().waits(3, "mail-1", "idle", "1", false, BUSY).at(0))).isEmpty();
  }

  @Test
  void givenADumpInWhichTheSamePoolHasAnIdleWorker_whenExamined_thenFindsNothing() {
    assertThat(examine(dump().waits(3, "quotes-3", "idle", "1", false, IDLE).at(0))).isEmpty();
  }

  private static final String[] AWAITS = {
    "java.util.concurrent.CountDownLatch.await(CountDownLatch.java:230)",
    "shop.Batch.run(Batch.java:40)",
    LOOP
  };

  private static Scene latches() {
    return new Scene()
        .inDump()
        .waits(1, "batch-1", "l1", "9", false, AWAITS)
        .waits(2, "batch-2", "l2", "9", false, AWAITS)
        .unknown("l1", ResourceKind.LATCH)
        .unknown("l2", ResourceKind.LATCH);
  }

  @Test
  void givenADumpInWhichAllWorkersAwaitLatches_whenNobodyWorks_thenStarvationIsSuspected() {
    Finding finding =
        examine(latches().waits(3, "main", "l1", "1", false, "shop.Main.main(Main.java:3)").at(0))
            .get(0);

    assertThat(finding.headline())
        .isEqualTo("all 2 workers of pool \"batch-#\" wait for tasks that no thread runs");
    assertThat(finding.explanation().get(0))
        .isEqualTo("batch-1 and batch-2 wait for a Thing at Batch.run(Batch.java:40)");
    assertThat(finding.participants()).hasSize(3);
    assertThat(finding.limits())
        .contains("whether they were woken just now: a second dump, some seconds later, tells");
  }

  @Test
  void givenWorkersThatAwaitLatches_whenAnotherThreadWorks_thenItMayCountDown() {
    assertThat(examine(latches().runs(3, "loader").at(0))).isEmpty();
  }

  @Test
  void givenWorkersThatStandStill_whenAStrangerWorks_thenOnlyTheirCodeOrATaskCounts() {
    Scene stranger = latches().runs(3, "mail", "shop.Mail.send(Mail.java:1)");
    Scene friend = latches().runs(3, "batch", "shop.Batch.feed(Batch.java:9)");
    Scene task = latches().runs(3, "mail-1", "shop.Mail.send(Mail.java:1)", LOOP);

    assertThat(examine(stranger.at(0), stranger.at(5_000))).hasSize(1);
    assertThat(examine(friend.at(0), friend.at(5_000))).isEmpty();
    assertThat(examine(task.at(0), task.at(5_000))).isEmpty();
  }

  @Test
  void givenWorkersThatAwaitLatches_whenATaskRestsInAPool_thenItMayCountDown() {
    Scene scene =
        latches()
            .rests(
                3,
                "mail-1",
                "java.lang.Thread.sleep(Thread.java)",
                "shop.Mail.send(Mail.java:1)",
                LOOP);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  @Test
  void givenASingleWorker_whenItAwaitsALatch_thenThatMayBeMeant() {
    Scene one =
        new Scene()
            .inDump()
            .waits(1, "server-1", "l1", "9", false, AWAITS)
            .unknown("l1", ResourceKind.LATCH);

    assertThat(examine(one.at(0))).isEmpty();
  }

  @Test
  void givenWorkersBehindALockWhoseOwnerAwaitsTheirResult_whenExamined_thenThePoolIsStarved() {
    Scene scene =
        new Scene()
            .inDump()
            .waits(1, "w-1", "register", "1", false, "shop.Register.add(R.java:3)", LOOP)
            .waits(2, "w-2", "register", "1", false, "shop.Register.add(R.java:3)", LOOP)
            .waits(3, "main", "f", "1", false, "shop.Register.close(R.java:9)")
            .monitor("register", "shop.Register", 3)
            .resource("f", ResourceKind.FUTURE, FUTURE_TASK, new Release.Unknown());

    assertThat(examine(scene.at(0)))
        .extracting(Finding::headline)
        .containsExactly("all 2 workers of pool \"w-#\" wait for tasks that no thread runs");
  }

  @Test
  void givenAKnownPoolWhoseWorkersAwaitLatches_whenTasksQueue_thenTheQueueIsTold() {
    Scene live =
        new Scene()
            .waits(1, "batch-1", "l1", "9", false, AWAITS)
            .waits(2, "batch-2", "l2", "9", false, AWAITS)
            .unknown("l1", ResourceKind.LATCH)
            .unknown("l2", ResourceKind.LATCH)
            .pool("P", "batch-#", 6, 10, 1, 2);

    assertThat(examine(live.at(0), live.at(1_000))).isEmpty();
    Finding finding = examine(live.at(0), live.at(2_500), live.at(5_000)).get(0);
    assertThat(finding.explanation())
        .contains("pool \"batch-#\": 6 tasks queued, no worker is free");
    assertThat(finding.executors()).extracting("id").containsExactly("P");
    assertThat(finding.limits().get(0)).startsWith("whether what they wait for is among");
  }

  @Test
  void givenAKnownPoolWithAnEmptyQueue_whenItsWorkersAwaitLatches_thenOthersMustCountDown() {
    Scene live =
        new Scene()
            .waits(1, "batch-1", "l1", "9", false, AWAITS)
            .waits(2, "batch-2", "l2", "9", false, AWAITS)
            .unknown("l1", ResourceKind.LATCH)
            .unknown("l2", ResourceKind.LATCH)
            .pool("P", "batch-#", 0, 10, 1, 2);

    assertThat(examine(live.at(0), live.at(2_500), live.at(5_000))).isEmpty();
  }

  private static final String[] JOINS = {
    "jdk.internal.misc.ThreadFlock.awaitAll(ThreadFlock.java:305)",
    "java.util.concurrent.StructuredTaskScopeImpl.join(StructuredTaskScopeImpl.java:243)",
    "shop.Batch.run(Batch.java:28)",
    LOOP
  };
  private static final String[] SUBTASK = {
    "java.util.concurrent.FutureTask.get(FutureTask.java:190)", "shop.Batch.part(Batch.java:27)"
  };

  /** Workers that join scopes whose subtasks wait for a task each. */
  private static Scene scopes() {
    return new Scene()
        .inDump()
        .waits(1, "batch-1", "scope 1", "1", false, JOINS)
        .waits(2, "batch-2", "scope 2", "1", false, JOINS)
        .waits(11, "", "f1", "1", false, SUBTASK)
        .waits(12, "", "f2", "1", false, SUBTASK)
        .believed("scope 1", ResourceKind.THREAD_END, 11)
        .believed("scope 2", ResourceKind.THREAD_END, 12)
        .resource("f1", ResourceKind.FUTURE, FUTURE_TASK, new Release.Unknown())
        .resource("f2", ResourceKind.FUTURE, FUTURE_TASK, new Release.Unknown());
  }

  @Test
  void givenWorkersThatJoinSubtasksThatAwaitTheirPool_whenExamined_thenThePoolIsStarved() {
    Finding finding = examine(scopes().at(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("all 2 workers of pool \"batch-#\" wait for tasks that no thread runs");
    assertThat(finding.participants())
        .extracting(p -> p.thread().id())
        .containsExactly(1L, 2L, 11L, 12L);
  }

  @Test
  void givenWorkersThatJoinSubtasks_whenAnotherSubtaskOfAScopeRuns_thenFindsNothing() {
    Scene scene = scopes().runs(13, "").believed("scope 2", ResourceKind.THREAD_END, 12, 13);

    assertThat(examine(scene.at(0))).isEmpty();
  }

  private static Scene completable() {
    Scene scene = new Scene().pool("P", "pricing-#", 2, 10, 1, 2);
    for (int i = 1; i <= 2; i++) {
      scene
          .waits(i, "pricing-" + i, "f" + i, "9", false, "shop.Quotes.discount(Quotes.java:131)")
          .resource(
              "f" + i,
              ResourceKind.FUTURE,
              "java.util.concurrent.CompletableFuture",
              new Release.ServedBy("P"));
    }
    return scene;
  }

  @Test
  void givenQueuedFuturesThatCanBeCompleted_whenNobodyElseIsInThatCode_thenItIsProven() {
    Scene alone = completable().runs(3, "clock", "shop.Clock.tick(Clock.java:1)");

    assertThat(examine(alone.at(0), alone.at(500)).get(0).certainty()).isEqualTo(Certainty.PROVEN);
  }

  @Test
  void givenQueuedFuturesThatCanBeCompleted_whenOneInThatCodeMayDoSo_thenItIsSuspected() {
    Scene other = completable().runs(3, "desk", "shop.Quotes.answer(Quotes.java:9)");

    Finding finding = examine(other.at(0), other.at(500)).get(0);
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.limits())
        .anySatisfy(limit -> assertThat(limit).contains("completes by hand", "desk"));
  }
}
