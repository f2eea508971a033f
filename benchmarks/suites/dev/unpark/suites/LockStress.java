package dev.unpark.suites;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Locks, synchronizers and park under jcstress: any outcome that is not named is a failure. */
public class LockStress {

  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE)
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @State
  public static class ReadersSeeAllOfAWrite {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private int first;
    private int second;

    @Actor
    public void writer() {
      lock.writeLock().lock();
      try {
        first = 1;
        second = 1;
      } finally {
        lock.writeLock().unlock();
      }
    }

    @Actor
    public void reader(II_Result result) {
      lock.readLock().lock();
      try {
        result.r1 = first;
        result.r2 = second;
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE)
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @State
  public static class StampedReadersSeeAllOfAWrite {
    private final StampedLock lock = new StampedLock();
    private int first;
    private int second;

    @Actor
    public void writer() {
      long stamp = lock.writeLock();
      first = 1;
      second = 1;
      lock.unlockWrite(stamp);
    }

    @Actor
    public void reader(II_Result result) {
      long stamp = lock.tryOptimisticRead();
      result.r1 = first;
      result.r2 = second;
      if (!lock.validate(stamp)) {
        stamp = lock.readLock();
        result.r1 = first;
        result.r2 = second;
        lock.unlockRead(stamp);
      }
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class ConditionIsSignalled {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int value;

    @Actor
    public void waiter(I_Result result) {
      lock.lock();
      try {
        while (value == 0) {
          changed.awaitUninterruptibly();
        }
        result.r1 = value;
      } finally {
        lock.unlock();
      }
    }

    @Actor
    public void signaller() {
      lock.lock();
      try {
        value = 1;
        changed.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class WaiterIsNotified {
    private int value;

    @Actor
    public synchronized void waiter(I_Result result) {
      while (value == 0) {
        Waits.end(this::wait);
      }
      result.r1 = value;
    }

    @Actor
    public synchronized void notifier() {
      value = 1;
      notify();
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class LatchOpens {
    private final CountDownLatch latch = new CountDownLatch(1);
    private int value;

    @Actor
    public void waiter(I_Result result) {
      Waits.end(latch::await);
      result.r1 = value;
    }

    @Actor
    public void opener() {
      value = 1;
      latch.countDown();
    }
  }

  @JCStressTest
  @Outcome(id = "0, 1", expect = ACCEPTABLE)
  @Outcome(id = "1, 0", expect = ACCEPTABLE)
  @State
  public static class BarrierTrips {
    private final CyclicBarrier barrier = new CyclicBarrier(2);

    @Actor
    public void one(II_Result result) {
      result.r1 = Waits.result(barrier::await);
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = Waits.result(barrier::await);
    }
  }

  @JCStressTest
  @Outcome(id = "0, 0", expect = ACCEPTABLE)
  @State
  public static class PhaserAdvances {
    private final Phaser phaser = new Phaser(2);

    @Actor
    public void one(II_Result result) {
      result.r1 = phaser.arriveAndAwaitAdvance() - 1;
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = phaser.arriveAndAwaitAdvance() - 1;
    }
  }

  @JCStressTest
  @Outcome(id = "2, 1", expect = ACCEPTABLE)
  @State
  public static class ExchangerSwaps {
    private final Exchanger<Integer> exchanger = new Exchanger<>();

    @Actor
    public void one(II_Result result) {
      result.r1 = Waits.result(() -> exchanger.exchange(1));
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = Waits.result(() -> exchanger.exchange(2));
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class ParkedThreadIsUnparked {
    private volatile Thread parked;
    private volatile int value;

    @Actor
    public void parker(I_Result result) {
      parked = Thread.currentThread();
      while (value == 0) {
        LockSupport.park(this);
      }
      result.r1 = value;
    }

    @Actor
    public void unparker() {
      value = 1;
      LockSupport.unpark(parked);
    }
  }
}
