package dev.unpark.collector;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** An OTLP/HTTP backend on the JDK's server, which can be told to be busy first. */
final class OtlpSink implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger busy = new AtomicInteger();
  private final List<ExportLogsServiceRequest> logs = new CopyOnWriteArrayList<>();
  private final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();
  private final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();

  OtlpSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  /** Answers the next requests for logs with 503. */
  void beBusyFor(int requests) {
    busy.set(requests);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<ExportLogsServiceRequest> logs() {
    return logs;
  }

  List<ExportMetricsServiceRequest> metrics() {
    return metrics;
  }

  List<ExportTraceServiceRequest> traces() {
    return traces;
  }

  List<String> tokens() {
    return tokens;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
      boolean isLogs = exchange.getRequestURI().getPath().equals("/v1/logs");
      if (isLogs && busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        body.readAllBytes();
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      if (isLogs) {
        logs.add(ExportLogsServiceRequest.parseFrom(body));
      } else if (exchange.getRequestURI().getPath().equals("/v1/traces")) {
        traces.add(ExportTraceServiceRequest.parseFrom(body));
      } else {
        metrics.add(ExportMetricsServiceRequest.parseFrom(body));
      }
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
