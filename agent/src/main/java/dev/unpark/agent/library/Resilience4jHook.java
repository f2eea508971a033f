package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.bootstrap.LibraryTable;
import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * Resilience4j: what its limiters, breakers and bulkheads refuse or delay, and what it tries again.
 *
 * <p>A call that is let through at once meets no more than a comparison of what the library's
 * method has returned.
 */
final class Resilience4jHook implements LibraryHook {
  private static final String ROOT = "io/github/resilience4j/";
  private static final String ATOMIC_LIMITER = ROOT + "ratelimiter/internal/AtomicRateLimiter";
  private static final String SEMAPHORE_LIMITER =
      ROOT + "ratelimiter/internal/SemaphoreBasedRateLimiter";
  private static final String BREAKER = ROOT + "circuitbreaker/internal/CircuitBreakerStateMachine";
  private static final String BULKHEAD = ROOT + "bulkhead/internal/SemaphoreBulkhead";
  private static final String RETRY = ROOT + "retry/internal/RetryImpl$ContextImpl";
  private static final String ASYNC_RETRY = ROOT + "retry/internal/RetryImpl$AsyncContextImpl";

  @Override
  public String name() {
    return "resilience4j";
  }

  @Override
  public Set<String> classes() {
    return Set.of(ATOMIC_LIMITER, SEMAPHORE_LIMITER, BREAKER, BULKHEAD, RETRY, ASYNC_RETRY);
  }

  @Override
  public List<Part> parts(String className) {
    return switch (className) {
      case ATOMIC_LIMITER ->
          List.of(
              Part.of(
                  Delay.class,
                  named("waitForPermissionIfNecessary")
                      .and(takesArguments(long.class, long.class))),
              Part.of(Reserve.class, named("reservePermission").and(returns(long.class))));
      case SEMAPHORE_LIMITER ->
          List.of(
              Part.of(
                  RefusedByLimiter.class, named("acquirePermission").and(returns(boolean.class))));
      case BREAKER ->
          List.of(
              Part.of(Made.class, isConstructor()),
              Part.of(RefusedByBreaker.class, named("tryAcquirePermission")),
              Part.of(ThrownByBreaker.class, named("acquirePermission")));
      case BULKHEAD -> List.of(Part.of(RefusedByBulkhead.class, named("tryAcquirePermission")));
      case RETRY ->
          List.of(
              Part.of(Again.class, nameStartsWith("waitIntervalAfter")),
              Part.of(GivenUp.class, nameStartsWith("throwOrSleepAfter")));
      default ->
          List.of(
              Part.of(
                  AgainLater.class,
                  named("onError").or(named("onResult")).and(returns(long.class))));
    };
  }

  /** Woven. */
  static final class Delay {
    private Delay() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object limiter, @Advice.Argument(1) long nanosToWait) {
      if (nanosToWait > 0) {
        LibraryTable.hit(LibraryHandle.LIMITER, limiter);
      }
    }
  }

  /** Woven. */
  static final class Reserve {
    private Reserve() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object limiter, @Advice.Return long nanosToWait) {
      if (nanosToWait != 0) {
        LibraryTable.hit(LibraryHandle.LIMITER, limiter);
      }
    }
  }

  /** Woven. */
  static final class RefusedByLimiter {
    private RefusedByLimiter() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object limiter, @Advice.Return boolean permitted) {
      if (!permitted) {
        LibraryTable.hit(LibraryHandle.LIMITER, limiter);
      }
    }
  }

  /** Woven. */
  static final class Made {
    private Made() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object breaker) {
      LibraryTable.made(LibraryHandle.BREAKER, breaker);
    }
  }

  /** Woven. */
  static final class RefusedByBreaker {
    private RefusedByBreaker() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object breaker, @Advice.Return boolean permitted) {
      if (!permitted) {
        LibraryTable.hit(LibraryHandle.BREAKER, breaker);
      }
    }
  }

  /** Woven. */
  static final class ThrownByBreaker {
    private ThrownByBreaker() {}

    @Advice.OnMethodExit(
        onThrowable = Throwable.class,
        suppress = Throwable.class,
        backupArguments = false)
    static void exit(@Advice.This Object breaker, @Advice.Thrown @Nullable Throwable notPermitted) {
      if (notPermitted != null) {
        LibraryTable.hit(LibraryHandle.BREAKER, breaker);
      }
    }
  }

  /** Woven. */
  static final class RefusedByBulkhead {
    private RefusedByBulkhead() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object bulkhead, @Advice.Return boolean permitted) {
      if (!permitted) {
        LibraryTable.hit(LibraryHandle.BULKHEAD, bulkhead);
      }
    }
  }

  /** Woven. */
  static final class Again {
    private Again() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.FieldValue("this$0") Object retry) {
      LibraryTable.hit(LibraryHandle.RETRY, retry);
    }
  }

  /** Woven. */
  static final class GivenUp {
    private GivenUp() {}

    @Advice.OnMethodExit(
        onThrowable = Throwable.class,
        suppress = Throwable.class,
        backupArguments = false)
    static void exit(
        @Advice.FieldValue("this$0") Object retry, @Advice.Thrown @Nullable Throwable last) {
      if (last != null) {
        LibraryTable.failed(LibraryHandle.RETRY, retry);
      }
    }
  }

  /** Woven. */
  static final class AgainLater {
    private AgainLater() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.FieldValue("this$0") Object retry, @Advice.Return long delayMillis) {
      if (delayMillis >= 0) {
        LibraryTable.hit(LibraryHandle.RETRY, retry);
      }
    }
  }
}
