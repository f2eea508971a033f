package dev.unpark.agent.transport;

import java.io.IOException;

/**
 * A way to an OTLP receiver.
 *
 * <p><b>Threading:</b> one thread sends; any thread may {@link #abort}.
 */
public interface Transport {
  /** The signals of OTLP, each with its path over HTTP and its service over gRPC. */
  enum Signal {
    LOGS("/v1/logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
    METRICS("/v1/metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export");

    private final String path;
    private final String method;

    Signal(String path, String method) {
      this.path = path;
      this.method = method;
    }

    String path() {
      return path;
    }

    String method() {
      return method;
    }
  }

  /**
   * Sends one request and waits for its answer.
   *
   * @param message the protobuf message
   * @throws RefusedException when the receiver answered that it does not want it
   * @throws IOException when there was no answer, or none that makes sense
   */
  void send(Signal signal, byte[] message) throws IOException;

  /** Ends a request that is under way, and lets the connection go; the next request opens one. */
  void abort();
}
