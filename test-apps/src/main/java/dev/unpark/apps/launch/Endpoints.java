package dev.unpark.apps.launch;

import java.net.URI;

/**
 * Where a collector listens, all on the loopback interface.
 *
 * @param grpcPort OTLP over gRPC
 * @param httpPort OTLP over HTTP
 * @param webPort metrics and API
 */
public record Endpoints(int grpcPort, int httpPort, int webPort) {
  /** The ports that everybody expects. */
  public static final Endpoints STANDARD = new Endpoints(4317, 4318, 9464);

  /** The standard ports, each replaced by a free one when it is taken. */
  public static Endpoints standardOrFree() {
    return new Endpoints(
        Ports.preferred(STANDARD.grpcPort),
        Ports.preferred(STANDARD.httpPort),
        Ports.preferred(STANDARD.webPort));
  }

  /** Ports that nobody else uses. */
  public static Endpoints free() {
    return new Endpoints(Ports.free(), Ports.free(), Ports.free());
  }

  /** What an agent is told as its endpoint. */
  public URI otlp() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  public URI findings() {
    return URI.create("http://127.0.0.1:" + webPort + "/api/findings");
  }

  public URI metrics() {
    return URI.create("http://127.0.0.1:" + webPort + "/metrics");
  }
}
