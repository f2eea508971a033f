package dev.unpark.apps.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The stock service: answers each question after a while.
 *
 * <p><b>Threading:</b> one dispatcher thread takes requests and books the answer for later; one
 * timer thread answers. No thread of this server waits for anything but work.
 */
final class StockServer {
  private static final byte[] ANSWER = "{\"available\":3}".getBytes(StandardCharsets.UTF_8);

  private final HttpServer server;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "stock-timer"));
  private volatile Duration delay;

  StockServer(Duration delay) throws IOException {
    this.delay = delay;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/stock", this::answerLater);
    server.start();
  }

  /** From now on an answer takes this long. */
  void setDelay(Duration delay) {
    this.delay = delay;
  }

  URI stockOf(int item) {
    InetSocketAddress address = server.getAddress();
    return URI.create(
        "http://%s:%d/stock/%d".formatted(address.getHostString(), address.getPort(), item));
  }

  private void answerLater(HttpExchange exchange) {
    timer.schedule(() -> answer(exchange), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void answer(HttpExchange exchange) {
    try (exchange;
        OutputStream body = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(200, ANSWER.length);
      body.write(ANSWER);
    } catch (IOException e) {
      System.err.println("an asker of the stock service has gone: " + e.getMessage());
    }
  }
}
