package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
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

  private static final String SOCKET = "java.net.Socket$SocketInputStream.read(Socket.java:966)";
  private static final String PEER = "10.0.0.9:6379";

  /** Two workers that read from a peer while the pool has done so many other tasks. */
  private static Scene asks(ResourceKind kind, long completed) {
    Scene scene =
        new Scene()
            .resource(PEER, kind, "", new Release.Unknown())
            .pool("P", "fetch-#", 0, completed, 1, 2, 3);
    for (long id = 1; id <= 2; id++) {
      scene.thread(
          ObservedThread.live(
                  id,
                  "fetch-" + id,
                  false,
                  ThreadState.RUNNABLE,
                  new Wait(PEER, false, "cpu 5", null),
                  List.of(READ, SOCKET, FIND, RUN))
              .with(new ThreadTraits(0, false, 5, ThreadTraits.NO_CARRIER)));
    }
    return scene;
  }

  @Test
  void givenReadsFromAPeerThatIsSilentWhileThePoolGoesOn_whenExamined_thenThePeerIsNamed() {
    Finding finding =
        examine(asks(ResourceKind.REMOTE, 100).at(0), asks(ResourceKind.REMOTE, 110).at(10_000))
            .get(0);

    assertThat(finding.headline())
        .isEqualTo("2 threads made no progress for 10 s at Orders.find(Orders.java:12)");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.explanation())
        .containsExactly(
            "fetch-1 and fetch-2 each waits for an answer of 10.0.0.9:6379 at"
                + " Orders.find(Orders.java:12)",
            "each look shows the same lines, and next to no processor time was used between",
            "connected from here, and silent since: 10.0.0.9:6379",
            "pool \"fetch-#\" has ended 10 other tasks meanwhile",
            "no read timeout is set there: only an answer, or the end of the connection, ends it");
    assertThat(finding.nextSteps().toString()).contains("set a read timeout");
  }

  @Test
  void givenReadsOfAPoolThatDoesNothingElse_orOfNoKnownPeer_whenExamined_thenFindsNothing() {
    assertThat(
            examine(
                asks(ResourceKind.REMOTE, 100).at(0), asks(ResourceKind.REMOTE, 109).at(10_000)))
        .isEmpty();
    assertThat(
            examine(asks(ResourceKind.OTHER, 100).at(0), asks(ResourceKind.OTHER, 200).at(10_000)))
        .isEmpty();
    assertThat(
            examine(asks(ResourceKind.REMOTE, 100).at(0), asks(ResourceKind.REMOTE, 200).at(9_999)))
        .isEmpty();
  }
}
