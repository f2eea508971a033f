package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommonPoolBlockedDetectorTest {
  private final Detector detector = new CommonPoolBlockedDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String RUN =
      "java.util.concurrent.ForkJoinPool.runWorker(ForkJoinPool.java:1622)";
  private static final String JOB = "shop.Report.load(Report.java:12)";
  private static final String SLEEP = "java.lang.Thread.sleep(Native Method)";

  private static String worker(int n) {
    return "ForkJoinPool.commonPool-worker-" + n;
  }

  private static Scene sleeping(int workers, int idle) {
    Scene scene = new Scene();
    for (int i = 0; i < workers; i++) {
      scene.stands(i, worker(i), ThreadState.TIMED_WAITING, SLEEP, JOB, RUN);
    }
    for (int i = workers; i < workers + idle; i++) {
      scene.stands(
          i,
          worker(i),
          ThreadState.WAITING,
          "java.util.concurrent.ForkJoinPool.awaitWork(F.java)",
          RUN);
    }
    return scene;
  }

  @Test
  void givenWorkersThatAllSleep_whenDumpedOnce_thenIsFound() {
    Finding finding = examine(sleeping(3, 0).dumped(0)).get(0);

    assertThat(finding.headline())
        .isEqualTo("3 of 3 workers of the common pool wait instead of computing");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants()).extracting("role").containsOnly(Role.WORKER).hasSize(3);
    assertThat(finding.explanation().get(0)).contains("Report.load(Report.java:12)");
  }

  @Test
  void givenHalfOfTheWorkersIdle_whenExamined_thenItIsAdvice() {
    assertThat(examine(sleeping(2, 2).dumped(0)).get(0).severity()).isEqualTo(Severity.ADVICE);
    assertThat(examine(sleeping(2, 3).dumped(0))).isEmpty();
  }

  @Test
  void givenTheOnlyWorker_whenItWaits_thenItTakesTwoDumps() {
    assertThat(examine(sleeping(1, 0).dumped(0))).isEmpty();
    assertThat(examine(sleeping(1, 0).dumped(0), sleeping(1, 0).dumped(2000)))
        .singleElement()
        .extracting(Finding::headline)
        .isEqualTo("1 of 1 worker of the common pool waits instead of computing");
  }

  @Test
  void givenWorkersSeenLive_whenTheyWaitForASecond_thenFoundAndNotBefore() {
    assertThat(examine(sleeping(2, 0).at(0), sleeping(2, 0).at(900))).isEmpty();
    assertThat(examine(sleeping(2, 0).at(0), sleeping(2, 0).at(1000))).hasSize(1);
  }

  @Test
  void givenWorkersThatComputeOrOtherPools_whenExamined_thenFindsNothing() {
    Scene scene =
        new Scene()
            .stands(1, worker(1), ThreadState.RUNNABLE, JOB, RUN)
            .stands(2, worker(2), ThreadState.RUNNABLE, JOB, RUN)
            .stands(3, "ForkJoinPool-1-worker-1", ThreadState.WAITING, SLEEP, JOB, RUN)
            .stands(4, "ForkJoinPool-1-worker-2", ThreadState.WAITING, SLEEP, JOB, RUN);

    assertThat(examine(scene.dumped(0), scene.dumped(9000))).isEmpty();
    assertThat(examine(sleeping(0, 4).dumped(0))).isEmpty();
  }

  @Test
  void givenWorkersThatJoinPartsOfTheirOwnTask_whenDumped_thenThatIsThePoolsOwnBusiness() {
    String[] join = {
      "jdk.internal.misc.Unsafe.park(Native Method)",
      "java.util.concurrent.ForkJoinTask.awaitDone(ForkJoinTask.java:468)",
      "java.util.concurrent.ForkJoinTask.join(ForkJoinTask.java:670)",
      JOB,
      RUN
    };
    String[] get = {
      "jdk.internal.misc.Unsafe.park(Native Method)",
      "java.util.concurrent.ForkJoinPool.managedBlock(ForkJoinPool.java:3725)",
      "java.util.concurrent.CompletableFuture.waitingGet(CompletableFuture.java:1898)",
      JOB,
      RUN
    };

    assertThat(examine(waiting(join).dumped(0), waiting(join).dumped(2000))).isEmpty();
    assertThat(examine(waiting(get).dumped(0))).hasSize(1);
  }

  private static Scene waiting(String... stack) {
    Scene scene = new Scene();
    for (int i = 0; i < 3; i++) {
      scene.stands(i, worker(i), ThreadState.WAITING, stack);
    }
    return scene.stands(3, worker(3), ThreadState.RUNNABLE, JOB, RUN);
  }
}
