package dev.unpark.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.sample.LockLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RecordingTapTest {
  private static final String WAIT = "jdk.JavaMonitorWait";
  private static final int WAITS = 6;

  private final RecordingFeed feed = new RecordingFeed();
  private final RecordingTap tap = new RecordingTap(feed, false);

  @TempDir private Path folder;

  /** What is waited on, told by its class. */
  private static final class Bell {
    synchronized void listen() throws InterruptedException {
      wait(40);
    }
  }

  @Test
  @Timeout(60)
  void givenARecordingOfTheHosts_whenChunksEnd_thenNeitherLosesAnEvent() throws Exception {
    try (Recording hosts = new Recording()) {
      hosts.enable(WAIT).withThreshold(Duration.ofMillis(10));
      hosts.start();
      Thread listener = new Thread(tap::run);
      listener.start();
      await().until(() -> running() == 2);
      Bell bell = new Bell();
      for (int i = 0; i < WAITS; i++) {
        bell.listen();
        tap.beginChunk();
      }
      await().untilAsserted(() -> assertThat(heard()).isEqualTo(WAITS));
      tap.stop();
      listener.join();
      Path file = folder.resolve("hosts.jfr");
      hosts.dump(file);

      assertThat(
              RecordingFile.readAllEvents(file).stream()
                  .filter(event -> event.getEventType().getName().equals(WAIT))
                  .filter(event -> event.getClass("monitorClass").getName().endsWith("Bell")))
          .hasSize(WAITS);
      assertThat(FlightRecorder.getFlightRecorder().getRecordings()).containsExactly(hosts);
    }
  }

  private static long running() {
    return FlightRecorder.getFlightRecorder().getRecordings().stream()
        .filter(recording -> recording.getState() == RecordingState.RUNNING)
        .count();
  }

  private long heard() {
    return feed.sites().entrySet().stream()
        .filter(site -> site.getKey().lockClass().endsWith("Bell"))
        .map(Map.Entry::getValue)
        .mapToLong(LockLedger.Sums::count)
        .sum();
  }
}
