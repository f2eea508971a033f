package dev.unpark.collector;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Settings that differ from the defaults in one thing. */
final class Settings {
  private Settings() {}

  static CollectorSettings withHttpPort(CollectorSettings s, int port) {
    return new CollectorSettings(
        s.listen(),
        s.grpcPort(),
        port,
        s.webPort(),
        s.forgetAfter(),
        s.maxJvms(),
        s.maxSeriesPerJvm(),
        s.maxSeries(),
        s.maxRequestBytes(),
        s.maxUnpackedBytes(),
        s.maxQueued(),
        s.maxQueuedBytes(),
        s.workers(),
        s.closedFindings(),
        s.exportEndpoint(),
        s.exportHeaders(),
        s.exportInterval());
  }

  static CollectorSettings withLimits(int maxJvms, int maxSeriesPerJvm, long maxSeries) {
    CollectorSettings s = CollectorSettings.onFreePorts();
    return new CollectorSettings(
        s.listen(),
        0,
        0,
        0,
        s.forgetAfter(),
        maxJvms,
        maxSeriesPerJvm,
        maxSeries,
        s.maxRequestBytes(),
        s.maxUnpackedBytes(),
        s.maxQueued(),
        s.maxQueuedBytes(),
        s.workers(),
        s.closedFindings(),
        null,
        Map.of(),
        s.exportInterval());
  }

  static CollectorSettings withQueue(int maxQueued, int workers) {
    CollectorSettings s = CollectorSettings.onFreePorts();
    return new CollectorSettings(
        s.listen(),
        0,
        0,
        0,
        s.forgetAfter(),
        s.maxJvms(),
        s.maxSeriesPerJvm(),
        s.maxSeries(),
        s.maxRequestBytes(),
        s.maxUnpackedBytes(),
        maxQueued,
        s.maxQueuedBytes(),
        workers,
        s.closedFindings(),
        null,
        Map.of(),
        s.exportInterval());
  }

  static CollectorSettings withBodies(int maxRequestBytes, int maxUnpackedBytes) {
    CollectorSettings s = CollectorSettings.onFreePorts();
    return new CollectorSettings(
        s.listen(),
        0,
        0,
        0,
        s.forgetAfter(),
        s.maxJvms(),
        s.maxSeriesPerJvm(),
        s.maxSeries(),
        maxRequestBytes,
        maxUnpackedBytes,
        s.maxQueued(),
        s.maxQueuedBytes(),
        s.workers(),
        s.closedFindings(),
        null,
        Map.of(),
        s.exportInterval());
  }

  static CollectorSettings exportingTo(URI endpoint, Map<String, String> headers) {
    CollectorSettings s = CollectorSettings.onFreePorts();
    return new CollectorSettings(
        s.listen(),
        0,
        0,
        0,
        s.forgetAfter(),
        s.maxJvms(),
        s.maxSeriesPerJvm(),
        s.maxSeries(),
        s.maxRequestBytes(),
        s.maxUnpackedBytes(),
        s.maxQueued(),
        s.maxQueuedBytes(),
        s.workers(),
        s.closedFindings(),
        endpoint,
        headers,
        Duration.ofMillis(300));
  }
}
