package dev.unpark.benchmarks.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Takes OTLP/HTTP and hands on the requests with log records. */
final class Recorder implements AutoCloseable {
  private final HttpServer server;
  private final Consumer<ExportLogsServiceRequest> onLogs;

  Recorder(Consumer<ExportLogsServiceRequest> onLogs) throws IOException {
    this.onLogs = onLogs;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::take);
    server.setExecutor(
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "recorder");
              thread.setDaemon(true);
              return thread;
            }));
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
      InputStream body = exchange.getRequestBody();
      byte[] plain =
          "gzip".equals(encoding) ? new GZIPInputStream(body).readAllBytes() : body.readAllBytes();
      if (exchange.getRequestURI().getPath().equals("/v1/logs")) {
        onLogs.accept(ExportLogsServiceRequest.parseFrom(plain));
      }
      byte[] answer = ExportLogsServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
