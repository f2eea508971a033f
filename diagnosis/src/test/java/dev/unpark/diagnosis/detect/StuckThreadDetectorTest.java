package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StuckThreadDetectorTest {
  private final Detector detector = new StuckThreadDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String RUN =
      "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1136)";
  private static final String READ = "sun.nio.ch.SocketDispatcher.read0(Native Method)";
  private static final String QUERY = "org.postgresql.core.v3.QueryExecutorImpl.execute(Q.java:3)";
  private static final String FIND = "shop.Orders.find(Orders.java:12)";
  private static final String GET = "java.util.concurrent.FutureTask.get(FutureTask.java:190)";

  private static Scene reads(long cpu, String... stack) {
    return new Scene().used(1, "http-1", cpu, stack).used(2, "http-2", cpu, stack);
  }

  @Test
  void givenTasksThatWaitForADatabaseForTenSeconds_whenExamined_thenTheyAreFoundTogether() {
    Scene scene = reads(5_000_000, READ, QUERY, FIND, RUN);

    assertThat(examine(scene.dumped(0), scene.dumped(9_999))).isEmpty();
    Finding finding = examine(scene.dumped(0), scene.dumped(10_000)).get(0);
    assertThat(finding.headline())
        .isEqualTo("2 threads made no progress for 10 s at Orders.find(Orders.java:12)");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.since()).isEqualTo(Scene.START);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER, Role.MEMBER);
    assertThat(finding.explanation().get(0))
        .isEqualTo("http-1 and http-2 each waits for a database at Orders.find(Orders.java:12)");
  }

  @Test
  void givenATaskThatWaitsForAFuture_whenExamined_thenItIsAdvice() {
    Scene scene = new Scene().waits(1, "http-1", "F", "1", false, GET, FIND, RUN);

    assertThat(examine(scene.dumped(0), scene.dumped(20_000))).isEmpty();
    assertThat(examine(scene.dumped(0), scene.dumped(10_000), scene.dumped(20_000)))
        .singleElement()
        .extracting(Finding::severity)
        .isEqualTo(Severity.ADVICE);
  }

  @Test
  void givenThreadsThatMoveOrRestRightly_whenExamined_thenFindsNothing() {
    assertThat(
            examine(
                reads(5_000_000, READ, QUERY, FIND, RUN).dumped(0),
                reads(95_000_000, READ, QUERY, FIND, RUN).dumped(20_000)))
        .isEmpty();
    assertThat(
            examine(
                reads(5, READ, QUERY, FIND).dumped(0), reads(5, READ, QUERY, FIND).dumped(20_000)))
        .isEmpty();
    assertThat(
            examine(reads(5, READ, FIND, RUN).dumped(0), reads(5, READ, FIND, RUN).dumped(20_000)))
        .isEmpty();
    assertThat(
            examine(
                reads(5, QUERY, FIND, RUN).dumped(0), reads(5, QUERY, FIND, RUN).dumped(20_000)))
        .isEmpty();
    assertThat(examine(reads(5, READ, QUERY, FIND, RUN).dumped(20_000))).isEmpty();
    Scene timed = new Scene().waits(1, "http-1", "F", "1", true, GET, FIND, RUN);
    assertThat(examine(timed.dumped(0), timed.dumped(10_000), timed.dumped(20_000))).isEmpty();
  }

  @Test
  void givenALoneThreadInALongPoll_whenItStands_thenItIsAdviceThatSaysSo() {
    String http = "okhttp3.internal.http1.Http1ExchangeCodec.readResponseHeaders(H.java:1)";
    Scene scene = new Scene().used(1, "watch-1", 5_000_000, READ, http, FIND, RUN);
    Finding finding = examine(scene.at(0), scene.at(10_000)).get(0);

    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
    assertThat(finding.limits().get(0)).contains("a long poll");
  }
}
