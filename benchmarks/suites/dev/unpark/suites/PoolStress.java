package dev.unpark.suites;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Executors under jcstress: any outcome that is not named is a failure. */
public class PoolStress {
  private static final ThreadFactory DAEMONS =
      work -> {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
      };

  /** Two submit to one pool and wait for their results. */
  abstract static class Submission {
    private final ExecutorService pool;

    Submission(ExecutorService pool) {
      this.pool = pool;
    }

    final int answer(int number) {
      return Waits.result(() -> pool.submit(() -> number).get());
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class PoolAnswers extends Submission {
    private static final ExecutorService POOL = Executors.newFixedThreadPool(2, DAEMONS);

    public PoolAnswers() {
      super(POOL);
    }

    @Actor
    public void one(II_Result result) {
      result.r1 = answer(1);
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = answer(2);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class CachedPoolAnswers extends Submission {
    private static final ExecutorService POOL = Executors.newCachedThreadPool(DAEMONS);

    public CachedPoolAnswers() {
      super(POOL);
    }

    @Actor
    public void one(II_Result result) {
      result.r1 = answer(1);
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = answer(2);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class SchedulerAnswers extends Submission {
    private static final ScheduledExecutorService POOL =
        Executors.newSingleThreadScheduledExecutor(DAEMONS);

    public SchedulerAnswers() {
      super(POOL);
    }

    @Actor
    public void one(II_Result result) {
      result.r1 = answer(1);
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = answer(2);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class ForkJoinPoolAnswers extends Submission {
    private static final ForkJoinPool POOL = new ForkJoinPool(2);

    public ForkJoinPoolAnswers() {
      super(POOL);
    }

    @Actor
    public void one(II_Result result) {
      result.r1 = answer(1);
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = answer(2);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken and run")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "refused, or given back")
  @State
  public static class ShutdownLosesNoTask {
    private final ThreadPoolExecutor pool =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), DAEMONS);
    private final AtomicInteger runs = new AtomicInteger();
    private volatile int refused;
    private volatile int returned;

    @Actor
    public void submitter() {
      try {
        pool.execute(runs::incrementAndGet);
      } catch (RejectedExecutionException closed) {
        refused = 1;
      }
    }

    @Actor
    public void stopper() {
      returned = pool.shutdownNow().size();
    }

    @Arbiter
    public void after(II_Result result) {
      Waits.result(() -> pool.awaitTermination(1, TimeUnit.MINUTES));
      result.r1 = runs.get();
      result.r2 = refused + returned;
    }
  }
}
