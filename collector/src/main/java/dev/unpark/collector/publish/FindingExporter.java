package dev.unpark.collector.publish;

import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changes of findings as OTLP log records.
 *
 * <p><b>Threading:</b> any thread may tell of a change; one thread of its own sends. <b>When
 * full:</b> the change is dropped and counted. A batch that fails for good, after the retries of
 * the exporter, is counted as one failed export and gone.
 */
public final class FindingExporter implements FleetListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");
  private static final int CAPACITY = 2048;
  private static final int BATCH = 128;
  private static final long TIMEOUT_SECONDS = 60;

  private final LogRecordExporter exporter;
  private final SelfMetrics self;
  private final Clock clock;
  private final BlockingQueue<Change> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Thread sender = new Thread(this::send, "unpark-exporter");
  private volatile boolean closing;

  private record Change(Finding finding, Instant learned) {}

  public FindingExporter(LogRecordExporter exporter, SelfMetrics self, Clock clock) {
    this.exporter = exporter;
    this.self = self;
    this.clock = clock;
    sender.setDaemon(true);
    sender.start();
  }

  @Override
  public void findingChanged(Finding finding) {
    if (!queue.offer(new Change(finding, clock.instant()))) {
      self.dropped(Signal.LOGS, "export_queue_full", 1);
    }
  }

  private void send() {
    List<Change> batch = new ArrayList<>(BATCH);
    try {
      while (!closing || !queue.isEmpty()) {
        Change first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          if (!exported(batch)) {
            self.exportFailed(Signal.LOGS, 1);
            self.dropped(Signal.LOGS, "export_failed", batch.size());
          }
          batch.clear();
        }
      }
    } catch (InterruptedException stop) {
      self.dropped(Signal.LOGS, "shutdown", batch.size() + queue.size());
    }
  }

  private boolean exported(List<Change> batch) {
    try {
      CompletableResultCode result = exporter.export(events(batch));
      return result.join(TIMEOUT_SECONDS, TimeUnit.SECONDS).isSuccess();
    } catch (RuntimeException fault) {
      // Without this thread nothing would ever be sent again.
      LOG.atError().setCause(fault).log("internal fault while exporting findings");
      return false;
    }
  }

  /**
   * The SDK groups a batch by the identity of the resources, in no order. So the events of one JVM
   * share one instance, or a finding could arrive closed before it was updated.
   */
  private static List<LogRecordData> events(List<Change> batch) {
    Map<JvmIdentity, Resource> resources = new HashMap<>();
    List<LogRecordData> events = new ArrayList<>(batch.size());
    for (Change change : batch) {
      Resource resource =
          resources.computeIfAbsent(change.finding().jvm(), FindingEvent::resourceOf);
      events.add(new FindingEvent(change.finding(), change.learned(), resource));
    }
    return events;
  }

  /** Sends what waits, for a while. */
  @Override
  public void close() {
    closing = true;
    try {
      sender.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    sender.interrupt();
    exporter.shutdown().join(1, TimeUnit.SECONDS);
  }
}
