package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class ThreadLeakDetectorTest {
  private final Detector detector = new ThreadLeakDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String TAKE = "java.util.concurrent.LinkedBlockingQueue.take(L.java:435)";
  private static final String TASK = "java.util.concurrent.ThreadPoolExecutor.getTask(T.java:1062)";
  private static final String RUN =
      "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1122)";

  private static Scene threads(int from, int to, IntFunction<String> name, String... stack) {
    Scene scene = new Scene();
    for (int i = from; i < to; i++) {
      scene.stands(i, name.apply(i), ThreadState.WAITING, stack);
    }
    return scene;
  }

  private static Scene pools(int from, int to) {
    return threads(from, to, i -> "pool-" + i + "-thread-1", TAKE, TASK, RUN);
  }

  @Test
  void givenPoolsOfWhichMoreComeAtEachLook_whenNoneEnds_thenIsFound() {
    Finding finding =
        examine(pools(0, 20).dumped(0), pools(0, 70).dumped(60_000), pools(0, 120).dumped(120_000))
            .get(0);

    assertThat(finding.headline())
        .isEqualTo("20 threads \"pool-#-thread-#\" became 120 in 120 s, and none ended");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.since()).isEqualTo(Scene.START);
    assertThat(finding.participants()).hasSize(120).extracting("role").containsOnly(Role.WORKER);
    assertThat(finding.explanation()).contains("100 threads came over 3 looks");
  }

  @Test
  void givenGrowthThatIsSmallOrEndsOrStops_whenExamined_thenFindsNothing() {
    assertThat(
            examine(
                pools(0, 20).dumped(0), pools(0, 70).dumped(60_000), pools(0, 119).dumped(120_000)))
        .isEmpty();
    assertThat(examine(pools(0, 20).dumped(0), pools(0, 120).dumped(60_000))).isEmpty();
    assertThat(
            examine(
                pools(0, 120).dumped(0), pools(0, 20).dumped(60_000), pools(0, 120).dumped(90_000)))
        .isEmpty();
    assertThat(
            examine(
                pools(0, 20).dumped(0), pools(0, 120).dumped(60_000), pools(0, 120).dumped(90_000)))
        .isEmpty();
    assertThat(
            examine(
                pools(0, 20).dumped(0),
                pools(10, 80).dumped(60_000),
                pools(15, 135).dumped(90_000)))
        .isEmpty();
  }

  @Test
  void givenThreadsThatWork_whenTheyGrow_thenFindsNothing() {
    Scene[] looks = new Scene[3];
    for (int n = 0; n < 3; n++) {
      looks[n] = new Scene();
      for (int i = 0; i < 100 + n * 100; i++) {
        looks[n].stands(i, "http-" + i, ThreadState.RUNNABLE, "shop.Work.run(Work.java:7)");
      }
    }

    assertThat(examine(looks[0].dumped(0), looks[1].dumped(1000), looks[2].dumped(2000))).isEmpty();
  }

  @Test
  void givenOnePoolWithALimit_whenItWarmsUp_thenFindsNothing() {
    Observation[] looks = new Observation[3];
    for (int n = 0; n < 3; n++) {
      looks[n] =
          threads(0, 50 + n * 60, i -> "http-" + i, TAKE, TASK, RUN)
              .pool("P", "http-#", 0, 0, 1, 2)
              .at(n * 5000L);
    }

    assertThat(examine(looks)).isEmpty();
  }

  @Test
  void givenAThousandPoolsAtRest_whenDumpedOnce_thenIsFound() {
    Finding finding = examine(pools(0, 1000).dumped(0)).get(0);

    assertThat(finding.headline()).isEqualTo("1000 threads \"pool-#-thread-#\" wait at one place");
    assertThat(finding.explanation()).contains("they belong to 1000 pools of the same name");
    assertThat(finding.participants()).hasSize(200);
    assertThat(finding.limits()).contains("800 more threads take part; they are not listed");
    assertThat(examine(pools(0, 999).dumped(0))).isEmpty();
  }

  @Test
  void givenAThousandTimers_whenDumpedOnce_thenEachWasStartedForItself() {
    Finding finding =
        examine(
                threads(
                        0,
                        1000,
                        i -> "Timer-" + i,
                        "java.lang.Object.wait(Native Method)",
                        "java.util.TimerThread.mainLoop(Timer.java:537)")
                    .dumped(0))
            .get(0);

    assertThat(finding.explanation()).contains("no pool holds them: each was started for itself");
  }

  @Test
  void givenAThousandOfOnePoolOrOfConnectionsOrVirtualOnes_whenDumpedOnce_thenFindsNothing() {
    assertThat(examine(threads(0, 1500, i -> "http-" + i, TAKE, TASK, RUN).dumped(0))).isEmpty();
    assertThat(
            examine(
                threads(
                        0,
                        1500,
                        i -> "conn-" + i,
                        "java.net.SocketInputStream.socketRead0(Native Method)")
                    .dumped(0)))
        .isEmpty();
    assertThat(examine(threads(0, 1500, i -> "none-" + i).dumped(0))).isEmpty();
    Scene virtual = new Scene();
    for (int i = 0; i < 1500; i++) {
      virtual.mounted(i, ThreadState.WAITING, -1, "shop.Work.run(Work.java:7)");
    }
    assertThat(examine(virtual.dumped(0))).isEmpty();
  }

  @Test
  void givenABurstSeenLive_whenACachedPoolFills_thenItIsNoLeakUntilItHasGoneOnForLong() {
    assertThat(examine(pools(0, 20).at(0), pools(0, 120).at(500), pools(0, 220).at(1_000)))
        .isEmpty();
  }

  @Test
  void givenALeakSeenLive_whenTheTimelineOfALiveJvmHoldsIt_thenIsFound() {
    Diagnostician live = new Diagnostician(List.of(detector), Duration.ofSeconds(5));
    for (int look = 0; look <= 40; look++) { // Twenty threads a second, looks a bit late.
      live.observe(pools(0, 20 + look * 10).at(look * 511L));
    }

    assertThat(live.active()).extracting(Finding::type).containsExactly("thread-leak");
  }

  @Test
  void givenAThousandThreadsThatQueueForALock_whenDumpedOnce_thenTheyAreNotLeaked() {
    Scene scene = new Scene().runs(0, "owner").lock("L", 0);
    for (int i = 1; i <= 1_000; i++) {
      scene.waits(i, "visitor-" + i, "L", "1", false, "shop.Ledger.post(Ledger.java:40)");
    }

    assertThat(examine(scene.dumped(0))).isEmpty();
  }
}
