package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.SignalTable;
import java.util.concurrent.locks.AbstractQueuedLongSynchronizer;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Who signals a condition: the private method that runs only when somebody waits for it.
 *
 * <pre>
 *   JDK 17 to 25   private void doSignal(ConditionNode, boolean)
 * </pre>
 */
final class SignalHook implements Hook {
  private static final int ARGUMENTS = 2;
  private final String name;
  private final Class<?> target;

  private SignalHook(String name, Class<?> target) {
    this.name = name;
    this.target = target;
  }

  static SignalHook ofSynchronizer() {
    return new SignalHook("condition-signal", AbstractQueuedSynchronizer.ConditionObject.class);
  }

  static SignalHook ofLongSynchronizer() {
    return new SignalHook(
        "long-condition-signal", AbstractQueuedLongSynchronizer.ConditionObject.class);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Class<?> target() {
    return target;
  }

  @Override
  public AsmVisitorWrapper weaving() {
    return Advice.to(Signal.class).on(named("doSignal").and(takesArguments(ARGUMENTS)));
  }

  @Override
  public boolean fires() throws InterruptedException {
    LongLock own = new LongLock();
    ReentrantLock lock = new ReentrantLock();
    return target == AbstractQueuedSynchronizer.ConditionObject.class
        ? isSeen(lock.newCondition(), lock::lock, lock::unlock)
        : isSeen(own.newCondition(), () -> own.acquire(1), () -> own.release(1));
  }

  private static boolean isSeen(Condition condition, Runnable lock, Runnable unlock)
      throws InterruptedException {
    Thread waiter =
        new Thread(
            Thread.currentThread().getThreadGroup(),
            () -> {
              lock.run();
              condition.awaitUninterruptibly();
              unlock.run();
            },
            "unpark-selftest-waiter");
    waiter.setDaemon(true);
    waiter.start();
    for (int i = 0; i < AcquireProbe.TRIES && waiter.isAlive(); i++) {
      lock.run();
      condition.signal();
      unlock.run();
      Thread.sleep(1);
    }
    int row = SignalTable.find(condition);
    return row >= 0 && SignalTable.signaller(row, 0) == Thread.currentThread();
  }

  /** Woven. */
  static final class Signal {
    private Signal() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object condition) {
      SignalTable.signalled(condition);
    }
  }

  /** The JDK has no lock of long state that makes conditions. */
  private static final class LongLock extends AbstractQueuedLongSynchronizer {
    private static final long serialVersionUID = 1;

    Condition newCondition() {
      return new ConditionObject();
    }

    @Override
    protected boolean tryAcquire(long ignored) {
      if (!compareAndSetState(0, 1)) {
        return false;
      }
      setExclusiveOwnerThread(Thread.currentThread());
      return true;
    }

    @Override
    protected boolean tryRelease(long ignored) {
      setExclusiveOwnerThread(null);
      setState(0);
      return true;
    }

    @Override
    protected boolean isHeldExclusively() {
      @Nullable Thread owner = getExclusiveOwnerThread();
      return owner == Thread.currentThread();
    }
  }
}
