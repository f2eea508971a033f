package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import dev.unpark.agent.bootstrap.PermitTable;
import java.util.concurrent.Semaphore;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Who holds permits of a {@code Semaphore}: every public way to get and to give back permits, once
 * it has succeeded. None of them calls another, from JDK 17 to 25.
 *
 * <p>This is on the path of a semaphore that is free and costs 5 to 12 ns for a pair, so it is a
 * mode: {@code permits=true}.
 */
final class SemaphoreHook implements Hook {
  @Override
  public String name() {
    return "semaphore-permits";
  }

  @Override
  public Class<?> target() {
    return Semaphore.class;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    ElementMatcher.Junction<MethodDescription> counted = takesArgument(0, int.class);
    ElementMatcher.Junction<MethodDescription> acquires =
        namedOneOf("acquire", "acquireUninterruptibly");
    ElementMatcher.Junction<MethodDescription> tries =
        named("tryAcquire").and(returns(boolean.class));
    return new AsmVisitorWrapper.Compound(
        Advice.to(Made.class).on(isConstructor().and(counted)),
        Advice.to(GotOne.class).on(acquires.and(not(counted))),
        Advice.to(GotSome.class).on(acquires.and(counted)),
        Advice.to(MayHaveGotOne.class).on(tries.and(not(counted))),
        Advice.to(MayHaveGotSome.class).on(tries.and(counted)),
        Advice.to(Drained.class).on(named("drainPermits")),
        Advice.to(GaveOne.class).on(named("release").and(not(counted))),
        Advice.to(GaveSome.class).on(named("release").and(counted)));
  }

  @Override
  public boolean fires() throws InterruptedException {
    Semaphore probe = new Semaphore(3);
    probe.acquire();
    boolean more = probe.tryAcquire(2);
    int held = PermitProbe.held();
    probe.release(2);
    int less = PermitProbe.held();
    probe.release();
    return more && held == 3 && less == 1 && PermitProbe.held() == 0;
  }

  /** Woven. */
  static final class Made {
    private Made() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync, @Advice.Argument(0) int permits) {
      PermitTable.made(sync, permits);
    }
  }

  /** Woven. */
  static final class GotOne {
    private GotOne() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync) {
      PermitTable.acquired(sync, 1);
    }
  }

  /** Woven. */
  static final class GotSome {
    private GotSome() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync, @Advice.Argument(0) int permits) {
      PermitTable.acquired(sync, permits);
    }
  }

  /** Woven. */
  static final class MayHaveGotOne {
    private MayHaveGotOne() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync, @Advice.Return boolean got) {
      if (got) {
        PermitTable.acquired(sync, 1);
      }
    }
  }

  /** Woven. */
  static final class MayHaveGotSome {
    private MayHaveGotSome() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.FieldValue("sync") Object sync,
        @Advice.Argument(0) int permits,
        @Advice.Return boolean got) {
      if (got) {
        PermitTable.acquired(sync, permits);
      }
    }
  }

  /** Woven. */
  static final class Drained {
    private Drained() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync, @Advice.Return int permits) {
      if (permits > 0) {
        PermitTable.acquired(sync, permits);
      }
    }
  }

  /** Woven. */
  static final class GaveOne {
    private GaveOne() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync) {
      PermitTable.released(sync, 1);
    }
  }

  /** Woven. */
  static final class GaveSome {
    private GaveSome() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.FieldValue("sync") Object sync, @Advice.Argument(0) int permits) {
      PermitTable.released(sync, permits);
    }
  }
}
