package dev.unpark.collector;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be chosen about a collector.
 *
 * @param listen address that all ports are opened on
 * @param grpcPort port of OTLP/gRPC; 0 takes a free one, here and below
 * @param httpPort port of OTLP/HTTP
 * @param webPort port of metrics and API
 * @param forgetAfter how long a JVM may be silent until it is forgotten and its findings close
 * @param maxJvms how many JVMs are watched at most
 * @param maxSeriesPerJvm how many metric series are kept of one JVM at most
 * @param maxSeries how many metric series are kept of all JVMs together at most
 * @param maxRequestBytes how large a request may be on the wire
 * @param maxUnpackedBytes how large it may be unpacked
 * @param maxQueued how many observations wait to be diagnosed at most, for each worker
 * @param maxQueuedBytes how many bytes of observations wait in all at most
 * @param workers how many threads diagnose
 * @param closedFindings how many closed findings are remembered
 * @param exportEndpoint base URL of OTLP/HTTP where our metrics and finding events go, or null for
 *     nowhere
 * @param exportHeaders headers that go with each export, such as a token
 * @param exportInterval how often our metrics are sent
 */
public record CollectorSettings(
    String listen,
    int grpcPort,
    int httpPort,
    int webPort,
    Duration forgetAfter,
    int maxJvms,
    int maxSeriesPerJvm,
    long maxSeries,
    int maxRequestBytes,
    int maxUnpackedBytes,
    int maxQueued,
    long maxQueuedBytes,
    int workers,
    int closedFindings,
    @Nullable URI exportEndpoint,
    Map<String, String> exportHeaders,
    Duration exportInterval) {

  public CollectorSettings {
    exportHeaders = Map.copyOf(exportHeaders);
    port("gRPC", grpcPort);
    port("HTTP", httpPort);
    port("web", webPort);
    atLeast("forget-after, in seconds,", forgetAfter.toSeconds(), 1);
    atLeast("max-jvms", maxJvms, 1);
    atLeast("max-series-per-jvm", maxSeriesPerJvm, 1);
    atLeast("max-series", maxSeries, 1);
    atLeast("max-request-bytes", maxRequestBytes, 1024);
    atLeast("max-unpacked-bytes", maxUnpackedBytes, 1024);
    atLeast("max-queued", maxQueued, 1);
    atLeast("max-queued-bytes", maxQueuedBytes, 1024);
    atLeast("workers", workers, 1);
    atLeast("closed-findings", closedFindings, 0);
    atLeast("export-interval, in milliseconds,", exportInterval.toMillis(), 100);
    if (exportEndpoint != null
        && !"http".equals(exportEndpoint.getScheme())
        && !"https".equals(exportEndpoint.getScheme())) {
      throw new IllegalArgumentException(
          "export endpoint: found '%s', expected a URL such as http://otel:4318"
              .formatted(exportEndpoint));
    }
  }

  private static void port(String what, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "%s port: found %d, expected 0 (any free one) to 65535".formatted(what, port));
    }
  }

  private static void atLeast(String what, long found, long least) {
    if (found < least) {
      throw new IllegalArgumentException(
          "%s: found %d, expected at least %d".formatted(what, found, least));
    }
  }

  /** The defaults, on free ports of the loopback address. */
  public static CollectorSettings onFreePorts() {
    return new CollectorSettings(
        "127.0.0.1",
        0,
        0,
        0,
        Duration.ofMinutes(5),
        5_000,
        2_000,
        500_000,
        8 << 20,
        32 << 20,
        10_000,
        32 << 20,
        Math.min(4, Runtime.getRuntime().availableProcessors()),
        500,
        null,
        Map.of(),
        Duration.ofSeconds(15));
  }
}
