package dev.unpark.agent.program;

import com.google.common.util.concurrent.RateLimiter;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Limiters, a breaker, a bulkhead and retries of real libraries at work. Argument: the folder. */
public final class Limits {
  private static final Duration LONG = Duration.ofMinutes(10);

  private Limits() {}

  public static void main(String[] arguments) throws Exception {
    var limiter =
        io.github.resilience4j.ratelimiter.RateLimiter.of(
            "orders",
            RateLimiterConfig.custom()
                .limitForPeriod(2)
                .limitRefreshPeriod(LONG)
                .timeoutDuration(Duration.ZERO)
                .build());
    CircuitBreaker breaker = CircuitBreaker.ofDefaults("stock");
    Bulkhead bulkhead =
        Bulkhead.of(
            "mail",
            BulkheadConfig.custom().maxConcurrentCalls(1).maxWaitDuration(Duration.ZERO).build());
    Retry retry =
        Retry.of(
            "tax", RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofMillis(1)).build());
    // What a hook sits in is loaded when it is used.
    retry.executeSupplier(() -> String.valueOf(RateLimiter.create(1)));
    Signal.await(Path.of(arguments[0]));
    RateLimiter guava = RateLimiter.create(0.1);

    // Two calls pass, three do not.
    for (int i = 0; i < 5; i++) {
      System.out.println(limiter.acquirePermission());
    }
    System.out.println(guava.tryAcquire() + " " + guava.tryAcquire() + " " + guava.tryAcquire());
    System.out.println(answer(() -> breaker.executeSupplier(() -> "closed")));
    breaker.transitionToOpenState();
    System.out.println(answer(() -> breaker.executeSupplier(() -> "open")));
    System.out.println(breaker.tryAcquirePermission());
    System.out.println(
        bulkhead.executeSupplier(() -> answer(() -> bulkhead.executeSupplier(() -> "inner"))));
    AtomicInteger tries = new AtomicInteger();
    System.out.println(answer(() -> retry.executeSupplier(() -> thirdTime(tries))));
    System.out.println(answer(() -> retry.executeSupplier(() -> thirdTime(new AtomicInteger()))));
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static String thirdTime(AtomicInteger tries) {
    if (tries.incrementAndGet() < 3) {
      throw new IllegalStateException("as the test wants it");
    }
    return "third time";
  }

  private static String answer(Supplier<String> call) {
    try {
      return call.get();
    } catch (RuntimeException refused) {
      return refused.getClass().getSimpleName();
    }
  }
}
