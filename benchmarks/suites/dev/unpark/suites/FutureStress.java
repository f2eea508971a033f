package dev.unpark.suites;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Futures under jcstress: any outcome that is not named is a failure. */
public class FutureStress {

  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @State
  public static class TaskRunsOnceForTwo {
    private final AtomicInteger runs = new AtomicInteger();
    private final FutureTask<Integer> task = new FutureTask<>(runs::incrementAndGet);

    @Actor
    public void one(II_Result result) {
      task.run();
      result.r1 = Waits.result(task::get);
    }

    @Actor
    public void other(II_Result result) {
      task.run();
      result.r2 = Waits.result(task::get);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the task was over first")
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "cancelled first")
  @State
  public static class TaskEndsOrIsCancelled {
    private final FutureTask<Integer> task = new FutureTask<>(() -> 1);

    @Actor
    public void runner(II_Result result) {
      task.run();
      try {
        result.r1 = Waits.result(task::get);
      } catch (CancellationException cancelled) {
        result.r1 = 2;
      }
    }

    @Actor
    public void canceller(II_Result result) {
      result.r2 = task.cancel(false) ? 2 : 1;
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class FutureIsCompleted {
    private final CompletableFuture<Integer> future = new CompletableFuture<>();

    @Actor
    public void waiter(I_Result result) {
      result.r1 = future.join();
    }

    @Actor
    public void completer() {
      future.complete(1);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = ACCEPTABLE)
  @Outcome(id = "2, 2", expect = ACCEPTABLE)
  @State
  public static class FutureIsCompletedOnce {
    private final CompletableFuture<Integer> future = new CompletableFuture<>();

    @Actor
    public void one(II_Result result) {
      future.complete(1);
      result.r1 = future.join();
    }

    @Actor
    public void other(II_Result result) {
      future.complete(2);
      result.r2 = future.join();
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE)
  @State
  public static class DependentRunsOnce {
    private final CompletableFuture<Integer> future = new CompletableFuture<>();
    private final AtomicInteger runs = new AtomicInteger();

    @Actor
    public void depender() {
      future.thenRun(runs::incrementAndGet);
    }

    @Actor
    public void completer() {
      future.complete(1);
    }

    @Arbiter
    public void after(I_Result result) {
      result.r1 = runs.get();
    }
  }
}
