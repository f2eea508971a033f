package dev.unpark.agent.export;

import dev.unpark.agent.transport.RefusedException;
import dev.unpark.agent.transport.Transport;
import dev.unpark.agent.transport.Transport.Signal;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends observations and metrics by OTLP, protobuf.
 *
 * <p>While nobody answers it sends only what is in the outbox when it tries again, see {@link
 * Lane}: an observation is worth nothing once newer ones exist. After a failure the next frame is a
 * full one, since the receiver may have lost what the deltas build on.
 *
 * <p><b>Threading:</b> any thread may {@link #offer}; one thread {@link #run}s. <b>When full:</b>
 * the outbox drops its oldest observation and counts it.
 */
public final class Exporter {
  private static final int OUTBOX = 32;
  private static final int LONGEST_REASON = 200;

  /** A request that has not ended by then hangs in a write, which knows no time limit. */
  private static final Duration STUCK = Duration.ofSeconds(20);

  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final Transport transport;
  private final Duration metricsInterval;
  private final Consumer<Readings> measure;
  private final Counts counts;
  private final Consumer<String> tell;
  private final ObservationEncoder encoder = new ObservationEncoder();
  private final Deque<Observation> outbox = new ArrayDeque<>();
  private final long start = epochNanos(Instant.now());
  private final Lane logs = new Lane();
  private final Lane metrics = new Lane();
  private boolean failing;
  private volatile long sendingSince;
  private volatile boolean stopped;

  Exporter(
      Transport transport,
      Resource resource,
      InstrumentationScopeInfo scope,
      Duration metricsInterval,
      Consumer<Readings> measure,
      Counts counts,
      Consumer<String> tell) {
    this.transport = transport;
    this.resource = resource;
    this.scope = scope;
    this.metricsInterval = metricsInterval;
    this.measure = measure;
    this.counts = counts;
    this.tell = tell;
  }

  /** Holds everything back for so long. */
  void rest(Duration time) {
    logs.rest(time);
    metrics.rest(time);
  }

  /** Hands over one observation; never waits. */
  public void offer(Observation observation) {
    synchronized (outbox) {
      if (outbox.size() == OUTBOX) {
        outbox.removeFirst();
        counts.dropped(1);
      }
      outbox.addLast(observation);
      outbox.notifyAll();
    }
  }

  /** Frees a request that hangs for good; to be called now and then by another thread. */
  public void unstick() {
    long since = sendingSince;
    if (since != 0 && System.nanoTime() - since > STUCK.toNanos()) {
      transport.abort();
    }
  }

  /** Ends {@link #run} soon. */
  public void stop() {
    stopped = true;
    transport.abort();
    synchronized (outbox) {
      outbox.notifyAll();
    }
  }

  /** Sends until stopped. */
  public void run() {
    while (!stopped) {
      try {
        List<Observation> batch = take();
        if (!batch.isEmpty()) {
          sendLogs(batch);
        }
        if (!stopped && metrics.closedFor() <= 0) {
          sendMetrics();
        }
      } catch (InterruptedException byAStranger) {
        // Who ends this thread says so by stop().
      }
    }
  }

  /** What is in the outbox, once it may be sent; nothing when it is time for metrics. */
  private List<Observation> take() throws InterruptedException {
    synchronized (outbox) {
      while (!stopped) {
        boolean empty = outbox.isEmpty();
        long untilLogs = logs.closedFor();
        if (!empty && untilLogs <= 0) {
          List<Observation> batch = new ArrayList<>(outbox);
          outbox.clear();
          return batch;
        }
        long untilMetrics = metrics.closedFor();
        if (untilMetrics <= 0) {
          break;
        }
        long rest = empty ? untilMetrics : Math.min(untilMetrics, untilLogs);
        outbox.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(rest)));
      }
      return List.of();
    }
  }

  private void sendLogs(List<Observation> batch) {
    boolean sent = send(Signal.LOGS, () -> LogsRequestMarshaler.create(records(batch)));
    if (sent) {
      logs.sent();
      counts.recorded(batch.size());
    } else {
      logs.failed();
      counts.dropped(batch.size());
      encoder.forgetBase();
    }
  }

  private List<LogRecordData> records(List<Observation> batch) {
    List<LogRecordData> records = new ArrayList<>(batch.size());
    for (Observation observation : batch) {
      records.add(
          new ObservationRecord(
              resource, scope, epochNanos(observation.time()), encoder.encode(observation)));
    }
    return records;
  }

  private void sendMetrics() {
    boolean sent =
        send(
            Signal.METRICS,
            () -> {
              Readings readings = new Readings(resource, scope, start, epochNanos(Instant.now()));
              measure.accept(readings);
              return MetricsRequestMarshaler.create(readings.all());
            });
    if (sent) {
      metrics.sent();
      metrics.rest(metricsInterval);
    } else {
      metrics.failed();
    }
  }

  /** What makes a request's message. */
  private interface Message {
    Marshaler make();
  }

  private boolean send(Signal signal, Message message) {
    try {
      Marshaler marshaler = message.make();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(marshaler.getBinarySerializedSize());
      marshaler.writeBinaryTo(bytes);
      sendingSince = System.nanoTime() | 1;
      transport.send(signal, bytes.toByteArray());
      if (failing) {
        failing = false;
        tell.accept("the endpoint answers again");
      }
      return true;
    } catch (RefusedException refused) {
      tell.accept(
          "the endpoint refuses the %s that are sent to it (%s); the application is not affected"
              .formatted(signal.name().toLowerCase(Locale.ROOT), printable(refused.getMessage())));
      return false;
    } catch (IOException | RuntimeException | LinkageError failure) {
      tellOnce(failure);
      return false;
    } finally {
      sendingSince = 0;
    }
  }

  private void tellOnce(Throwable failure) {
    if (!failing && !stopped) {
      failing = true;
      tell.accept(
          "the endpoint does not take what is sent to it (%s); findings there are late, the"
                  .formatted(reason(failure))
              + " application is not affected");
    }
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return failure.getClass().getSimpleName() + (message == null ? "" : ": " + printable(message));
  }

  /** One short line without control characters: much of it is the receiver's own words. */
  static String printable(@Nullable String words) {
    String plain = words == null ? "" : words.replaceAll("[\\p{Cntrl}\\x80-\\x9f]+", " ").strip();
    return plain.length() > LONGEST_REASON ? plain.substring(0, LONGEST_REASON) + "..." : plain;
  }

  private static long epochNanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }
}
