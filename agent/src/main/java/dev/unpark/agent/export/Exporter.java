package dev.unpark.agent.export;

import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporterBuilder;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends observations and metrics by OTLP over HTTP, protobuf.
 *
 * <p>While nobody answers it tries again after 1 s, 2 s, and so on up to 30 s, and sends only what
 * is in the outbox then: an observation is worth nothing once newer ones exist. After a failure the
 * next frame is a full one, since the receiver may have lost what the deltas build on.
 *
 * <p><b>Threading:</b> any thread may {@link #offer}; one thread {@link #run}s. <b>When full:</b>
 * the outbox drops its oldest observation and counts it.
 */
public final class Exporter {
  private static final int OUTBOX = 32;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration REQUEST = Duration.ofSeconds(5);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);
  private static final Duration SHORTEST_BACKOFF = Duration.ofSeconds(1);

  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final OtlpHttpLogRecordExporter logs;
  private final OtlpHttpMetricExporter metrics;
  private final Duration metricsInterval;
  private final Consumer<Readings> measure;
  private final Counts counts;
  private final Consumer<String> tell;
  private final ObservationEncoder encoder = new ObservationEncoder();
  private final Deque<Observation> outbox = new ArrayDeque<>();
  private final long start = epochNanos(Instant.now());
  private boolean failing;

  Exporter(
      Destination destination,
      Resource resource,
      InstrumentationScopeInfo scope,
      Duration metricsInterval,
      Consumer<Readings> measure,
      Counts counts,
      Consumer<String> tell) {
    this.resource = resource;
    this.scope = scope;
    this.metricsInterval = metricsInterval;
    this.measure = measure;
    this.counts = counts;
    this.tell = tell;
    OtlpHttpLogRecordExporterBuilder logBuilder =
        OtlpHttpLogRecordExporter.builder()
            .setEndpoint(destination.logs())
            .setConnectTimeout(CONNECT)
            .setTimeout(REQUEST)
            .setCompression(destination.compression())
            .setRetryPolicy(null)
            .setComponentLoader(destination.components());
    OtlpHttpMetricExporterBuilder metricBuilder =
        OtlpHttpMetricExporter.builder()
            .setEndpoint(destination.metrics())
            .setConnectTimeout(CONNECT)
            .setTimeout(REQUEST)
            .setCompression(destination.compression())
            .setRetryPolicy(null)
            .setComponentLoader(destination.components());
    destination.headers().forEach(logBuilder::addHeader);
    destination.headers().forEach(metricBuilder::addHeader);
    byte[] certificate = destination.certificate();
    if (certificate != null) {
      logBuilder.setTrustedCertificates(certificate);
      metricBuilder.setTrustedCertificates(certificate);
    }
    logs = logBuilder.build();
    metrics = metricBuilder.build();
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

  /** Sends until interrupted. */
  public void run() throws InterruptedException {
    long nextMetrics = System.nanoTime();
    Duration backoff = SHORTEST_BACKOFF;
    while (true) {
      List<Observation> batch = take(nextMetrics);
      boolean sent = batch.isEmpty() || send(batch);
      if (sent && System.nanoTime() - nextMetrics >= 0) {
        sent = sendMetrics();
        nextMetrics = System.nanoTime() + metricsInterval.toNanos();
      }
      if (sent) {
        if (failing) {
          failing = false;
          tell.accept("the endpoint answers again");
        }
        backoff = SHORTEST_BACKOFF;
      } else {
        failing = true;
        Thread.sleep(backoff.toMillis());
        Duration doubled = backoff.multipliedBy(2);
        backoff = doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
        nextMetrics = System.nanoTime();
      }
    }
  }

  private List<Observation> take(long deadline) throws InterruptedException {
    synchronized (outbox) {
      while (outbox.isEmpty()) {
        long rest = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (rest <= 0) {
          break;
        }
        outbox.wait(rest);
      }
      List<Observation> batch = new ArrayList<>(outbox);
      outbox.clear();
      return batch;
    }
  }

  private boolean send(List<Observation> batch) {
    List<LogRecordData> records = new ArrayList<>(batch.size());
    for (Observation observation : batch) {
      records.add(
          new ObservationRecord(
              resource, scope, epochNanos(observation.time()), encoder.encode(observation)));
    }
    boolean sent = await(logs.export(records));
    if (sent) {
      counts.recorded(batch.size());
    } else {
      counts.dropped(batch.size());
      encoder.forgetBase();
    }
    return sent;
  }

  private boolean sendMetrics() {
    Readings readings = new Readings(resource, scope, start, epochNanos(Instant.now()));
    measure.accept(readings);
    return await(metrics.export(readings.all()));
  }

  private boolean await(CompletableResultCode result) {
    boolean sent =
        result.join(REQUEST.toMillis() + CONNECT.toMillis(), TimeUnit.MILLISECONDS).isSuccess();
    if (!sent && !failing) {
      Throwable why = result.getFailureThrowable();
      tell.accept(
          "the endpoint does not take what is sent to it (%s); findings there are late, the"
                  .formatted(reason(why))
              + " application is not affected");
    }
    return sent;
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "no answer";
    }
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    String message = String.valueOf(root.getMessage());
    return root.getClass().getSimpleName()
        + (root.getMessage() == null ? "" : ": " + message.lines().findFirst().orElse(""));
  }

  private static long epochNanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }
}
