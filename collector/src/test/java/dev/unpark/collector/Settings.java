package dev.unpark.collector;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Settings that differ from the defaults in one thing. */
final class Settings {
  private Settings() {}

  static CollectorSettings.Builder onFreePorts() {
    return CollectorSettings.builder().ports(0, 0, 0);
  }

  static CollectorSettings withLimits(int maxJvms, int maxSeriesPerJvm, long maxSeries) {
    return onFreePorts()
        .maxJvms(maxJvms)
        .maxSeriesPerJvm(maxSeriesPerJvm)
        .maxSeries(maxSeries)
        .build();
  }

  static CollectorSettings withQueue(int maxQueued, int workers) {
    return onFreePorts().maxQueued(maxQueued).workers(workers).build();
  }

  static CollectorSettings withBodies(int maxRequestBytes, int maxUnpackedBytes) {
    return onFreePorts()
        .maxRequestBytes(maxRequestBytes)
        .maxUnpackedBytes(maxUnpackedBytes)
        .build();
  }

  static CollectorSettings exportingTo(URI endpoint, Map<String, String> headers) {
    return onFreePorts().exportTo(endpoint, headers).exportInterval(Duration.ofMillis(300)).build();
  }
}
