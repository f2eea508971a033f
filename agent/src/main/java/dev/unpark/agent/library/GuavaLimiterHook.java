package dev.unpark.agent.library;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.bootstrap.LibraryTable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.asm.Advice;

/**
 * Guava's {@code RateLimiter}: calls that had to wait, or were refused. It has no name, so the
 * place where it is made stands for it.
 */
final class GuavaLimiterHook implements LibraryHook {
  @Override
  public String name() {
    return "guava-ratelimiter";
  }

  @Override
  public Set<String> classes() {
    return Set.of("com/google/common/util/concurrent/RateLimiter");
  }

  @Override
  public List<Part> parts(String className) {
    return List.of(
        Part.of(Made.class, isConstructor()),
        Part.of(Wait.class, named("acquire").and(takesArguments(int.class))),
        Part.of(
            Refusal.class,
            named("tryAcquire").and(takesArguments(int.class, long.class, TimeUnit.class))));
  }

  /** Woven. */
  static final class Made {
    private Made() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object limiter) {
      LibraryTable.madeHere(LibraryHandle.LIMITER, limiter);
    }
  }

  /** Woven. */
  static final class Wait {
    private Wait() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object limiter, @Advice.Return double secondsWaited) {
      if (secondsWaited > 0) {
        LibraryTable.hit(LibraryHandle.LIMITER, limiter);
      }
    }
  }

  /** Woven. */
  static final class Refusal {
    private Refusal() {}

    @Advice.OnMethodExit(suppress = Throwable.class, backupArguments = false)
    static void exit(@Advice.This Object limiter, @Advice.Return boolean permitted) {
      if (!permitted) {
        LibraryTable.hit(LibraryHandle.LIMITER, limiter);
      }
    }
  }
}
