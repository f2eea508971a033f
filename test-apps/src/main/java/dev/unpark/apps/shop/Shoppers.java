package dev.unpark.apps.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A crowd that asks, waits for the answer, thinks, and asks again; each has a thread. */
final class Shoppers {
  private static final long THINK_NANOS = 15_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI shop;
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  Shoppers(URI shop) {
    this.shop = shop;
  }

  void arrive(int count) {
    for (int shopper = 1; shopper <= count; shopper++) {
      int first = shopper;
      new Thread(() -> keepShopping(first), "shopper-" + shopper).start();
    }
  }

  long served() {
    return served.get();
  }

  long failed() {
    return failed.get();
  }

  private void keepShopping(int first) {
    for (int visit = first; !Thread.currentThread().isInterrupted(); visit++) {
      String service = visit % 50 == 0 ? "report" : visit % 3 == 0 ? "ship" : "buy";
      ask("/%s/%d".formatted(service, visit % Catalogue.ITEMS));
      LockSupport.parkNanos(THINK_NANOS);
    }
  }

  private void ask(String path) {
    HttpRequest request = HttpRequest.newBuilder(shop.resolve(path)).timeout(PATIENCE).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      (answer.statusCode() == 200 ? served : failed).incrementAndGet();
    } catch (IOException e) {
      failed.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
