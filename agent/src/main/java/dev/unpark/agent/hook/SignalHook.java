package dev.unpark.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import dev.unpark.agent.bootstrap.SignalTable;
import java.util.concurrent.locks.AbstractQueuedLongSynchronizer;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * Who signals a condition: the private method that runs only when somebody waits for it.
 *
 * <pre>
 *   JDK 17 to 25   private void doSignal(ConditionNode, boolean)
 * </pre>
 */
final class SignalHook implements Hook {
  private static final int ARGUMENTS = 2;

  /** Attempts of a millisecond each. */
  private static final int TRIES = 2_000;

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
    return isSeen(
        target == AbstractQueuedSynchronizer.ConditionObject.class
            ? new IntLock()
            : new LongLock());
  }

  /*
   * The lock is given back past release(), whose branches for waiters the compiler is not to see
   * taken, see AcquireProbe; the waiter, who then waits for nothing but to be woken, is woken here.
   */
  private static boolean isSeen(ProbeLock lock) throws InterruptedException {
    Condition condition = lock.newCondition();
    Thread waiter =
        new Thread(
            Thread.currentThread().getThreadGroup(),
            () -> {
              lock.lock();
              condition.awaitUninterruptibly();
              lock.unlock();
            },
            "unpark-selftest-waiter");
    waiter.setDaemon(true);
    waiter.start();
    for (int i = 0; i < TRIES && waiter.isAlive(); i++) {
      lock.lock();
      condition.signal();
      lock.unlock();
      LockSupport.unpark(waiter);
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

  /** A lock that nobody queues for. */
  private interface ProbeLock {
    Condition newCondition();

    void lock();

    void unlock();
  }

  private static final class IntLock extends AbstractQueuedSynchronizer implements ProbeLock {
    private static final long serialVersionUID = 1;

    @Override
    public Condition newCondition() {
      return new ConditionObject();
    }

    @Override
    public void lock() {
      while (!tryAcquire(1)) {
        Thread.yield();
      }
    }

    @Override
    public void unlock() {
      tryRelease(1);
    }

    @Override
    protected boolean tryAcquire(int ignored) {
      if (!compareAndSetState(0, 1)) {
        return false;
      }
      setExclusiveOwnerThread(Thread.currentThread());
      return true;
    }

    @Override
    protected boolean tryRelease(int ignored) {
      setExclusiveOwnerThread(null);
      setState(0);
      return true;
    }

    @Override
    protected boolean isHeldExclusively() {
      return getExclusiveOwnerThread() == Thread.currentThread();
    }
  }

  private static final class LongLock extends AbstractQueuedLongSynchronizer implements ProbeLock {
    private static final long serialVersionUID = 1;

    @Override
    public Condition newCondition() {
      return new ConditionObject();
    }

    @Override
    public void lock() {
      while (!tryAcquire(1)) {
        Thread.yield();
      }
    }

    @Override
    public void unlock() {
      tryRelease(1);
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
      return getExclusiveOwnerThread() == Thread.currentThread();
    }
  }
}
