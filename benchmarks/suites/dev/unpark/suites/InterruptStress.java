package dev.unpark.suites;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/** Waits without an end under jcstress: an interrupt or an unpark must always end them. */
public class InterruptStress {

  /** Waits until it is interrupted. */
  abstract static class Interrupted {
    abstract void waitForEver() throws InterruptedException;

    final void waitUntilInterrupted() {
      try {
        while (true) {
          waitForEver();
        }
      } catch (InterruptedException ended) {
        // The end.
      }
    }
  }

  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
  @State
  public static class LockIsLeft extends Interrupted {
    private final ReentrantLock lock = new ReentrantLock();

    public LockIsLeft() {
      Thread owner = new Thread(lock::lock);
      owner.start();
      boolean interrupted = false;
      while (owner.isAlive()) {
        try {
          owner.join();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    void waitForEver() throws InterruptedException {
      lock.lockInterruptibly();
    }

    @Actor
    public void waiter() {
      waitUntilInterrupted();
    }

    @Signal
    public void interrupt(Thread waiter) {
      waiter.interrupt();
    }
  }

  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
  @State
  public static class SemaphoreIsLeft extends Interrupted {
    private final Semaphore permits = new Semaphore(0);

    @Override
    void waitForEver() throws InterruptedException {
      permits.acquire();
    }

    @Actor
    public void waiter() {
      waitUntilInterrupted();
    }

    @Signal
    public void interrupt(Thread waiter) {
      waiter.interrupt();
    }
  }

  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
  @State
  public static class LatchIsLeft extends Interrupted {
    private final CountDownLatch latch = new CountDownLatch(1);

    @Override
    void waitForEver() throws InterruptedException {
      latch.await();
    }

    @Actor
    public void waiter() {
      waitUntilInterrupted();
    }

    @Signal
    public void interrupt(Thread waiter) {
      waiter.interrupt();
    }
  }

  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
  @State
  public static class QueueIsLeft extends Interrupted {
    private final LinkedBlockingQueue<Integer> queue = new LinkedBlockingQueue<>();

    @Override
    void waitForEver() throws InterruptedException {
      queue.take();
    }

    @Actor
    public void waiter() {
      waitUntilInterrupted();
    }

    @Signal
    public void interrupt(Thread waiter) {
      waiter.interrupt();
    }
  }

  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
  @State
  public static class FutureIsLeft extends Interrupted {
    private final CompletableFuture<Integer> future = new CompletableFuture<>();

    @Override
    void waitForEver() throws InterruptedException {
      try {
        future.get();
      } catch (ExecutionException never) {
        throw new AssertionError(never);
      }
    }

    @Actor
    public void waiter() {
      waitUntilInterrupted();
    }

    @Signal
    public void interrupt(Thread waiter) {
      waiter.interrupt();
    }
  }

  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = ACCEPTABLE)
  @State
  public static class ParkReturns {
    private volatile boolean over;

    @Actor
    public void waiter() {
      while (!over) {
        LockSupport.park(this);
      }
    }

    @Signal
    public void unpark(Thread waiter) {
      over = true;
      LockSupport.unpark(waiter);
    }
  }
}
