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

class EventLoopBlockedDetectorTest {
  private final Detector detector = new EventLoopBlockedDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String LOOP = "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:569)";
  private static final String HANDLER = "shop.Handler.channelRead(Handler.java:9)";
  private static final String GET =
      "java.util.concurrent.CompletableFuture.get(CompletableFuture.java:2072)";

  private static Scene loopThatGets() {
    return new Scene()
        .stands(1, "worker-7", ThreadState.WAITING, GET, HANDLER, LOOP)
        .stands(2, "worker-8", ThreadState.WAITING, GET, HANDLER, LOOP);
  }

  @Test
  void givenLoopsThatWaitForAFuture_whenDumpedOnce_thenOneFindingNamesThePlace() {
    List<Finding> findings = examine(loopThatGets().dumped(0));

    assertThat(findings).hasSize(1);
    Finding finding = findings.get(0);
    assertThat(finding.type()).isEqualTo("event-loop-blocked");
    assertThat(finding.headline())
        .isEqualTo("2 threads of event loops wait at Handler.channelRead(Handler.java:9)");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER, Role.MEMBER);
    assertThat(finding.explanation())
        .hasSize(2)
        .first()
        .asString()
        .contains("worker-7 and worker-8");
  }

  @Test
  void givenALoopThatReadsFromABlockingSocket_whenItStands_thenIsFoundButNotAChannelsRead() {
    String read = "sun.nio.ch.SocketDispatcher.read0(Native Method)";
    String stream = "java.net.Socket$SocketInputStream.read(Socket.java:958)";
    String channel = "sun.nio.ch.SocketChannelImpl.read(SocketChannelImpl.java:435)";
    Scene blocks = new Scene().stands(1, "w", ThreadState.RUNNABLE, read, stream, HANDLER, LOOP);
    Scene polls = new Scene().stands(1, "w", ThreadState.RUNNABLE, read, channel, HANDLER, LOOP);

    assertThat(examine(blocks.at(0), blocks.at(1500))).hasSize(1);
    assertThat(examine(polls.at(0), polls.at(1500))).isEmpty();
  }

  @Test
  void givenALoopSeenLive_whenItWaitsASecond_thenIsFoundAndNotBefore() {
    assertThat(examine(loopThatGets().at(0))).isEmpty();
    assertThat(examine(loopThatGets().at(0), loopThatGets().at(500))).isEmpty();
    assertThat(examine(loopThatGets().at(0), loopThatGets().at(1000)))
        .singleElement()
        .extracting(Finding::since)
        .isEqualTo(Scene.START);
  }

  @Test
  void givenALoopInAQueueBeforeALock_whenDumpedOnce_thenOnlyAWaitingOwnerMakesItAFinding() {
    Scene running = new Scene().runs(5, "owner");
    Scene asleep =
        new Scene()
            .stands(
                5,
                "owner",
                ThreadState.TIMED_WAITING,
                "java.lang.Thread.sleep(T.java)",
                "shop.Job.run(Job.java:3)");
    for (Scene scene : List.of(running, asleep)) {
      scene
          .waitsAs(1, "loop", ThreadState.BLOCKED, "M", HANDLER, LOOP)
          .monitor("M", "shop.Cache", 5);
    }

    assertThat(examine(running.dumped(0))).isEmpty();
    assertThat(examine(running.dumped(0), running.dumped(5000))).hasSize(1);
    Finding finding = examine(asleep.dumped(0)).get(0);
    assertThat(finding.headline()).startsWith("1 thread of event loops waits at ");
    assertThat(finding.participants()).extracting("role").containsExactly(Role.MEMBER, Role.HOLDER);
    assertThat(finding.explanation())
        .anyMatch(reason -> reason.startsWith("owner holds what it waits for"));
  }

  @Test
  void givenADriverCalledFromALoop_whenItReads_thenItIsBlocked() {
    Scene scene =
        new Scene()
            .stands(
                1,
                "loop",
                ThreadState.RUNNABLE,
                "sun.nio.ch.SocketDispatcher.read0(Native Method)",
                "org.postgresql.core.PGStream.receive(P.java:1)",
                HANDLER,
                LOOP);

    assertThat(examine(scene.dumped(0)).get(0).explanation().get(0))
        .contains("waits for a database");
  }

  @Test
  void givenLoopsThatDoTheirWork_whenExamined_thenFindsNothing() {
    Scene scene =
        new Scene()
            .stands(
                1,
                "selects",
                ThreadState.RUNNABLE,
                "sun.nio.ch.EPoll.wait(Native Method)",
                "io.netty.channel.nio.NioEventLoop.select(N.java:1)",
                LOOP)
            .stands(
                2,
                "reads",
                ThreadState.RUNNABLE,
                "sun.nio.ch.SocketDispatcher.read0(Native Method)",
                "io.netty.buffer.PooledByteBuf.setBytes(P.java:1)",
                LOOP)
            .stands(3, "computes", ThreadState.RUNNABLE, HANDLER, LOOP)
            .stands(4, "no loop", ThreadState.WAITING, GET, HANDLER)
            .stands(
                5,
                "the loop's own lock",
                ThreadState.WAITING,
                "jdk.internal.misc.Unsafe.park(Native Method)",
                LOOP)
            .stands(
                6,
                "parallel-1",
                ThreadState.WAITING,
                "java.util.concurrent.DelayQueue.take(D.java:1)",
                HANDLER,
                LOOP);

    assertThat(examine(scene.dumped(0), scene.dumped(9000))).isEmpty();
  }
}
