package dev.unpark.apps.burst;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A crowd that comes over real sockets at a rate of its own, however slow the answers are; each
 * gives up after a while.
 */
final class Buyers {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final long SECOND = 1_000_000_000;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicLong sold = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong gaveUp = new AtomicLong();
  private final URI shop;
  private final int concerts;
  private volatile int perSecond;
  private volatile boolean allWantOne;

  Buyers(URI shop, int perSecond, int concerts) {
    this.shop = shop;
    this.concerts = concerts;
    this.perSecond = perSecond;
  }

  /** From now on that many come each second, and all of them want the same concert. */
  void burst(int perSecond) {
    this.perSecond = perSecond;
    allWantOne = true;
  }

  /** Keeps coming; never returns. */
  void come() {
    long next = System.nanoTime();
    while (true) {
      ask();
      next += SECOND / perSecond;
      for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private void ask() {
    int concert = allWantOne ? 1 : 1 + ThreadLocalRandom.current().nextInt(concerts);
    HttpRequest request =
        HttpRequest.newBuilder(shop.resolve("/tickets/" + concert)).timeout(PATIENCE).build();
    client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .whenComplete((answer, failure) -> count(answer));
  }

  private void count(@Nullable HttpResponse<Void> answer) {
    int status = answer == null ? 0 : answer.statusCode();
    (status == OK ? sold : status == TOO_MANY_REQUESTS ? refused : gaveUp).incrementAndGet();
  }

  long gaveUp() {
    return gaveUp.get();
  }

  String report() {
    return "%d tickets sold, %d buyers turned away, %d gave up"
        .formatted(sold.get(), refused.get(), gaveUp.get());
  }
}
