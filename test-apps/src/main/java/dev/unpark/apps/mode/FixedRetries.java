package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sixty clients of a service that goes away. Each tries again after nine seconds sharp, so that
 * they come back all at once, wave after wave. Mended, they back off and spread at random.
 */
public final class FixedRetries {
  private static final int CLIENTS = 60;
  private static final Duration DELAY = Duration.ofSeconds(9);
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final long UP_NANOS = 1_000_000_000;
  private static final long BETWEEN_CALLS_NANOS = 100_000_000;

  private final Progress answered = new Progress("calls answered");
  private final AtomicInteger again = new AtomicInteger();
  private final Retry retry;
  private final ServerSocket stock;

  private FixedRetries(boolean spread) throws IOException {
    IntervalFunction delay =
        spread
            ? IntervalFunction.ofExponentialRandomBackoff(FIRST, 2, 0.5, DELAY.multipliedBy(2))
            : IntervalFunction.of(DELAY);
    retry =
        Retry.of(
            "stock",
            RetryConfig.custom().maxAttempts(Integer.MAX_VALUE).intervalFunction(delay).build());
    retry.getEventPublisher().onRetry(event -> again.incrementAndGet());
    stock = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  }

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    FixedRetries shop = new FixedRetries(switches.healthy());
    Thread server = new Thread(shop::answer, "stock");
    server.setDaemon(true);
    server.start();
    for (int client = 1; client <= CLIENTS; client++) {
      new Thread(shop::keepAsking, "client-" + client).start();
    }
    Progress.pause(UP_NANOS);
    shop.stock.close();
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> shop.again.get() >= CLIENTS);
    }
    shop.answered.print();
  }

  private void keepAsking() {
    Runnable ask = Retry.decorateRunnable(retry, this::ask);
    while (true) {
      ask.run();
      answered.count();
      Progress.pause(BETWEEN_CALLS_NANOS);
    }
  }

  private void ask() {
    try (Socket socket = new Socket(stock.getInetAddress(), stock.getLocalPort())) {
      socket.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException("the stock service does not answer", e);
    }
  }

  private void answer() {
    while (!stock.isClosed()) {
      try (Socket caller = stock.accept()) {
        caller.getOutputStream().write(1);
      } catch (IOException goneOrClosed) {
        // The caller gave up, or the service has gone away.
      }
    }
  }
}
