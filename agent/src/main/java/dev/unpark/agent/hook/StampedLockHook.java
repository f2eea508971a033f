package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.returns;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.PermitTable;
import java.util.concurrent.locks.StampedLock;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * Who holds a {@code StampedLock}, and on which side: every public way to get, to exchange and to
 * give back a stamp, once it has succeeded.
 *
 * <pre>
 *   JDK 17 to 25   of these, unlock(long) alone calls others of them; the views call
 *                  unstampedUnlockRead, unstampedUnlockWrite
 * </pre>
 *
 * <p>Optimistic reads hold nothing and are not woven.
 */
final class StampedLockHook implements Hook {
  private static final int PROBE_UNITS = PermitTable.WRITE;

  @Override
  public String name() {
    return "stamped-lock-stamps";
  }

  @Override
  public Class<?> target() {
    return StampedLock.class;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    return new AsmVisitorWrapper.Compound(
        Advice.to(Got.class)
            .on(
                namedOneOf(
                        "writeLock",
                        "tryWriteLock",
                        "writeLockInterruptibly",
                        "readLock",
                        "tryReadLock",
                        "readLockInterruptibly")
                    .and(isPublic())
                    .and(returns(long.class))),
        Advice.to(Gave.class)
            .on(namedOneOf("unlockWrite", "unlockRead").and(takesArguments(long.class))),
        Advice.to(Exchanged.class)
            .on(
                namedOneOf(
                        "tryConvertToWriteLock",
                        "tryConvertToReadLock",
                        "tryConvertToOptimisticRead")
                    .and(takesArguments(long.class))),
        Advice.to(MayHaveGivenWrite.class).on(named("tryUnlockWrite")),
        Advice.to(MayHaveGivenRead.class).on(named("tryUnlockRead")),
        Advice.to(GaveWrite.class).on(named("unstampedUnlockWrite")),
        Advice.to(GaveRead.class).on(named("unstampedUnlockRead")));
  }

  @Override
  public boolean fires() {
    StampedLock probe = new StampedLock();
    long stamp = probe.tryConvertToWriteLock(probe.readLock());
    int held = PermitProbe.held();
    probe.unlock(stamp);
    return held == PROBE_UNITS && PermitProbe.held() == 0;
  }

  /** Woven. */
  static final class Got {
    private Got() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Object lock, @Advice.Return long stamp) {
      PermitTable.stamped(lock, stamp);
    }
  }

  /** Woven. */
  static final class Gave {
    private Gave() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Object lock, @Advice.Argument(0) long stamp) {
      PermitTable.unstamped(lock, stamp);
    }
  }

  /** Woven. */
  static final class Exchanged {
    private Exchanged() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.This Object lock, @Advice.Argument(0) long before, @Advice.Return long after) {
      PermitTable.converted(lock, before, after);
    }
  }

  /** Woven. */
  static final class MayHaveGivenWrite {
    private MayHaveGivenWrite() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Object lock, @Advice.Return boolean gave) {
      if (gave) {
        PermitTable.released(lock, PermitTable.WRITE);
      }
    }
  }

  /** Woven. */
  static final class MayHaveGivenRead {
    private MayHaveGivenRead() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Object lock, @Advice.Return boolean gave) {
      if (gave) {
        PermitTable.released(lock, 1);
      }
    }
  }

  /** Woven. */
  static final class GaveWrite {
    private GaveWrite() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Object lock) {
      PermitTable.released(lock, PermitTable.WRITE);
    }
  }

  /** Woven. */
  static final class GaveRead {
    private GaveRead() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.This Object lock) {
      PermitTable.released(lock, 1);
    }
  }
}
