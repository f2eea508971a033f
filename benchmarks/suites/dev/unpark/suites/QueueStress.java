package dev.unpark.suites;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Blocking queues under jcstress: any outcome that is not named is a failure. */
public class QueueStress {

  /** One puts, one takes, and both may have to wait for the other. */
  abstract static class Handover {
    private final BlockingQueue<Integer> queue;

    Handover(BlockingQueue<Integer> queue) {
      this.queue = queue;
    }

    final void putBoth() {
      Waits.end(() -> queue.put(1));
      Waits.end(() -> queue.put(2));
    }

    final void takeBoth(II_Result result) {
      result.r1 = Waits.result(queue::take);
      result.r2 = Waits.result(queue::take);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class ArrayQueueHandsOver extends Handover {
    public ArrayQueueHandsOver() {
      super(new ArrayBlockingQueue<>(1));
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class LinkedQueueHandsOver extends Handover {
    public LinkedQueueHandsOver() {
      super(new LinkedBlockingQueue<>(1));
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class LinkedDequeHandsOver extends Handover {
    public LinkedDequeHandsOver() {
      super(new LinkedBlockingDeque<>(1));
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class SynchronousQueueHandsOver extends Handover {
    public SynchronousQueueHandsOver() {
      super(new SynchronousQueue<>());
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class FairSynchronousQueueHandsOver extends Handover {
    public FairSynchronousQueueHandsOver() {
      super(new SynchronousQueue<>(true));
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class TransferQueueHandsOver extends Handover {
    public TransferQueueHandsOver() {
      super(new LinkedTransferQueue<>());
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = ACCEPTABLE)
  @State
  public static class PriorityQueueHandsOver extends Handover {
    public PriorityQueueHandsOver() {
      super(new PriorityBlockingQueue<>());
    }

    @Actor
    public void producer() {
      putBoth();
    }

    @Actor
    public void consumer(II_Result result) {
      takeBoth(result);
    }
  }

  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE)
  @Outcome(id = "0, 1", expect = ACCEPTABLE)
  @State
  public static class OneOfTwoPolls {
    private final BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1);

    public OneOfTwoPolls() {
      queue.add(1);
    }

    @Actor
    public void one(II_Result result) {
      result.r1 = Waits.result(() -> number(queue.poll(1, TimeUnit.MICROSECONDS)));
    }

    @Actor
    public void other(II_Result result) {
      result.r2 = Waits.result(() -> number(queue.poll(1, TimeUnit.MICROSECONDS)));
    }
  }

  private static int number(Integer taken) {
    return taken == null ? 0 : taken;
  }
}
