package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/**
 * A shop whose bank has gone away: its breaker opens after twenty payments that failed, and turns
 * the rest away without asking. Mended, the bank is there.
 */
public final class OpenBreaker {
  private static final int TILLS = 3;
  private static final int CALLS = 20;
  private static final Duration OPEN = Duration.ofMinutes(10);
  private static final long BETWEEN_PAYMENTS_NANOS = 50_000_000;

  private final Progress paid = new Progress("payments");
  private final ServerSocket bank;
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "bank",
          CircuitBreakerConfig.custom()
              .slidingWindowSize(CALLS)
              .minimumNumberOfCalls(CALLS)
              .waitDurationInOpenState(OPEN)
              .build());

  private OpenBreaker(ServerSocket bank) {
    this.bank = bank;
  }

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    OpenBreaker shop =
        new OpenBreaker(new ServerSocket(0, CALLS, InetAddress.getLoopbackAddress()));
    if (switches.healthy()) {
      Thread answers = new Thread(shop::answer, "bank");
      answers.setDaemon(true);
      answers.start();
    } else {
      shop.bank.close();
    }
    for (int till = 1; till <= TILLS; till++) {
      new Thread(shop::keepSelling, "till-" + till).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> shop.breaker.getState().equals(CircuitBreaker.State.OPEN));
    }
    shop.paid.print();
  }

  private void keepSelling() {
    Runnable pay = CircuitBreaker.decorateRunnable(breaker, this::pay);
    while (true) {
      try {
        pay.run();
        paid.count();
      } catch (RuntimeException turnedAway) {
        // The customer pays in cash.
      }
      Progress.pause(BETWEEN_PAYMENTS_NANOS);
    }
  }

  private void pay() {
    try (Socket call = new Socket(bank.getInetAddress(), bank.getLocalPort())) {
      call.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException("the bank does not answer", e);
    }
  }

  private void answer() {
    while (true) {
      try (Socket caller = bank.accept()) {
        caller.getOutputStream().write(1);
      } catch (IOException gone) {
        // The caller gave up.
      }
    }
  }
}
