package dev.unpark.apps.mutual;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A service over HTTP on loopback, with so many workers of its own. */
final class Service {
  private static final int BACKLOG = 100;

  private final HttpServer server;

  Service(String name, int workers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    AtomicInteger number = new AtomicInteger();
    server.setExecutor(
        Executors.newFixedThreadPool(
            workers, task -> new Thread(task, name + "-" + number.incrementAndGet())));
    server.start();
  }

  /** Answers calls of that path. */
  void serve(String path, Supplier<String> answer) {
    server.createContext(path, exchange -> answer(exchange, answer.get()));
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(200, body.length);
      out.write(body);
    }
  }

  /** Calls that path and waits for the answer, however long. */
  String call(String path) {
    InetSocketAddress address = server.getAddress();
    URI uri =
        URI.create("http://%s:%d%s".formatted(address.getHostString(), address.getPort(), path));
    try (InputStream in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " does not answer", e);
    }
  }
}
