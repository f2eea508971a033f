package dev.unpark.suites;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whatever lets one thread in at a time, under jcstress: no increment may be lost. */
public class ExclusionStress {

  /** Two threads that add one each, one at a time. */
  abstract static class Exclusion {
    private int count;

    abstract void exclusively(Runnable work);

    final void add() {
      exclusively(() -> count++);
    }

    final int count() {
      return count;
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class MonitorExcludes extends Exclusion {
    @Override
    synchronized void exclusively(Runnable work) {
      work.run();
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class LockExcludes extends Exclusion {
    private final ReentrantLock lock = new ReentrantLock();

    @Override
    void exclusively(Runnable work) {
      lock.lock();
      try {
        work.run();
      } finally {
        lock.unlock();
      }
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class FairLockExcludes extends Exclusion {
    private final ReentrantLock lock = new ReentrantLock(true);

    @Override
    void exclusively(Runnable work) {
      lock.lock();
      try {
        work.run();
      } finally {
        lock.unlock();
      }
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class TimedLockExcludes extends Exclusion {
    private final ReentrantLock lock = new ReentrantLock();

    @Override
    void exclusively(Runnable work) {
      try {
        while (!lock.tryLock(1, TimeUnit.MILLISECONDS)) {
          Thread.onSpinWait();
        }
      } catch (InterruptedException nobodyInterrupts) {
        return;
      }
      try {
        work.run();
      } finally {
        lock.unlock();
      }
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class WriteLockExcludes extends Exclusion {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    @Override
    void exclusively(Runnable work) {
      lock.writeLock().lock();
      try {
        work.run();
      } finally {
        lock.writeLock().unlock();
      }
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class StampExcludes extends Exclusion {
    private final StampedLock lock = new StampedLock();

    @Override
    void exclusively(Runnable work) {
      long stamp = lock.writeLock();
      try {
        work.run();
      } finally {
        lock.unlockWrite(stamp);
      }
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = ACCEPTABLE)
  @State
  public static class PermitExcludes extends Exclusion {
    private final Semaphore permits = new Semaphore(1);

    @Override
    void exclusively(Runnable work) {
      permits.acquireUninterruptibly();
      try {
        work.run();
      } finally {
        permits.release();
      }
    }

    @Actor
    public void one() {
      add();
    }

    @Actor
    public void other() {
      add();
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = count();
    }
  }
}
