package dev.unpark.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A real OTLP/HTTP receiver that behaves as told. */
final class Receiver implements AutoCloseable {
  /** What it does with a request. */
  enum Manner {
    ACCEPTS,
    NEVER_ANSWERS,
    ANSWERS_GARBAGE,
    REFUSES
  }

  private static final byte[] GARBAGE = new byte[200_000];

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger observations = new AtomicInteger();
  private final AtomicReference<ExportMetricsServiceRequest> metrics =
      new AtomicReference<>(ExportMetricsServiceRequest.getDefaultInstance());
  private final Manner manner;

  /**
   * @param port to listen on, 0 for any
   */
  Receiver(int port, Manner manner) throws IOException {
    this.manner = manner;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  int requests() {
    return requests.get();
  }

  int observations() {
    return observations.get();
  }

  /** The newest of all metrics of that name. */
  Stream<Metric> metric(String name) {
    return metrics.get().getResourceMetricsList().stream()
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .flatMap(scope -> scope.getMetricsList().stream())
        .filter(metric -> metric.getName().equals(name));
  }

  /** The newest value of a counter's point with that attribute value. */
  Optional<Double> counter(String name, String attribute) {
    return metric(name)
        .map(Metric::getSum)
        .flatMap(sum -> sum.getDataPointsList().stream())
        .filter(
            point ->
                point.getAttributesList().stream()
                    .anyMatch(pair -> pair.getValue().getStringValue().equals(attribute)))
        .map(NumberDataPoint::getAsDouble)
        .findFirst();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = body(exchange);
      requests.incrementAndGet();
      switch (manner) {
        case NEVER_ANSWERS -> pause();
        case REFUSES -> exchange.sendResponseHeaders(503, -1);
        case ANSWERS_GARBAGE -> {
          exchange.sendResponseHeaders(200, GARBAGE.length);
          exchange.getResponseBody().write(GARBAGE);
        }
        case ACCEPTS -> {
          if (exchange.getRequestURI().getPath().endsWith("/logs")) {
            ExportLogsServiceRequest.parseFrom(body)
                .getResourceLogsList()
                .forEach(
                    resource ->
                        resource
                            .getScopeLogsList()
                            .forEach(scope -> observations.addAndGet(scope.getLogRecordsCount())));
          } else {
            metrics.set(ExportMetricsServiceRequest.parseFrom(body));
          }
          exchange.sendResponseHeaders(200, -1);
        }
      }
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream plain = zipped ? new GZIPInputStream(in) : in) {
      return plain.readAllBytes();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
