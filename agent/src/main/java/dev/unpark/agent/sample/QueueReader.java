package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ExecutorState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the work queue of an executor without taking its locks.
 *
 * <p>Nearly every method of a blocking queue locks: {@code contains}, {@code remove} and the
 * iterators of all of them, {@code size} of most. Called from the sampler they would make the
 * application wait for us whenever a queue is long, and make us wait, for ever perhaps, where a
 * thread is stuck inside a queue, which is when we are needed most. So fields are read as they
 * stand. Such a read can miss a task that moves, or see one that has just been taken; it cannot
 * harm, it is bounded, and a task that stands still, as those do that anyone waits for in vain, is
 * always seen.
 *
 * <p>Subclasses (Tomcat's {@code TaskQueue}) are read by the fields they inherit. A queue of a kind
 * unknown here is not touched at all.
 */
final class QueueReader {
  /** More tasks than this in one queue are not looked at one by one. */
  private static final int MOST_TASKS = 10_000;

  /** The size of a queue that cannot be read. */
  static final int UNREADABLE = -1;

  private final Peek linkedCount = Peek.at(LinkedBlockingQueue.class, "count");
  private final Peek linkedCapacity = Peek.at(LinkedBlockingQueue.class, "capacity");
  private final Peek linkedHead = Peek.at(LinkedBlockingQueue.class, "head");
  private final Peek linkedItem = Peek.at(LinkedBlockingQueue.class.getName() + "$Node", "item");
  private final Peek linkedNext = Peek.at(LinkedBlockingQueue.class.getName() + "$Node", "next");
  private final Peek arrayCount = Peek.at(ArrayBlockingQueue.class, "count");
  private final Peek arrayItems = Peek.at(ArrayBlockingQueue.class, "items");
  private final Peek arrayTake = Peek.at(ArrayBlockingQueue.class, "takeIndex");
  private final Peek prioritySize = Peek.at(PriorityBlockingQueue.class, "size");
  private final Peek priorityHeap = Peek.at(PriorityBlockingQueue.class, "queue");
  private final Peek dequeCount = Peek.at(LinkedBlockingDeque.class, "count");
  private final Peek dequeCapacity = Peek.at(LinkedBlockingDeque.class, "capacity");
  private final Peek dequeFirst = Peek.at(LinkedBlockingDeque.class, "first");
  private final Peek dequeItem = Peek.at(LinkedBlockingDeque.class.getName() + "$Node", "item");
  private final Peek dequeNext = Peek.at(LinkedBlockingDeque.class.getName() + "$Node", "next");
  private final Peek delayedSize =
      Peek.at("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "size");
  private final Peek delayedHeap =
      Peek.at("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "queue");

  /** Number of tasks, or {@link #UNREADABLE}. */
  int size(Object queue) {
    if (linkedCount.of(queue) instanceof AtomicInteger count) {
      return count.get();
    }
    for (Peek size : new Peek[] {arrayCount, prioritySize, dequeCount, delayedSize}) {
      if (size.fits(queue)) {
        return (int) size.number(queue);
      }
    }
    if (queue instanceof SynchronousQueue<?>) {
      return 0;
    }
    return isLockFree(queue) ? tasks(queue).size() : UNREADABLE;
  }

  /** How many tasks it can hold, or {@link ExecutorState#UNBOUNDED}. */
  int capacity(Object queue) {
    if (linkedCapacity.fits(queue)) {
      return (int) linkedCapacity.number(queue);
    }
    if (dequeCapacity.fits(queue)) {
      return (int) dequeCapacity.number(queue);
    }
    if (arrayItems.of(queue) instanceof Object[] items) {
      return items.length;
    }
    return queue instanceof SynchronousQueue<?> ? 0 : ExecutorState.UNBOUNDED;
  }

  /**
   * Whether such a queue takes every task that is offered, so that its executor never starts a
   * thread beyond its core size. Not so a subclass, whose {@code offer} may say anything.
   */
  boolean neverRefuses(Object queue) {
    Class<?> type = queue.getClass();
    return capacity(queue) == ExecutorState.UNBOUNDED
        && (type == LinkedBlockingQueue.class
            || type == LinkedBlockingDeque.class
            || type == PriorityBlockingQueue.class
            || type == LinkedTransferQueue.class
            || delayedSize.fits(queue));
  }

  /** The tasks, the next to run first, at most {@value #MOST_TASKS}; empty when unreadable. */
  List<Object> tasks(Object queue) {
    List<Object> tasks = new ArrayList<>();
    if (linkedHead.fits(queue)) {
      // The head itself is a dummy, its item null.
      walk(linkedHead.of(queue), linkedItem, linkedNext, tasks);
    } else if (dequeFirst.fits(queue)) {
      walk(dequeFirst.of(queue), dequeItem, dequeNext, tasks);
    } else if (arrayItems.of(queue) instanceof Object[] items) {
      ring(items, (int) arrayTake.number(queue), (int) arrayCount.number(queue), tasks);
    } else if (priorityHeap.of(queue) instanceof Object[] heap) {
      ring(heap, 0, (int) prioritySize.number(queue), tasks);
    } else if (delayedHeap.of(queue) instanceof Object[] heap) {
      ring(heap, 0, (int) delayedSize.number(queue), tasks);
    } else if (isLockFree(queue)) {
      for (Object task : (Iterable<?>) queue) {
        if (tasks.size() >= MOST_TASKS) {
          break;
        }
        tasks.add(task);
      }
    }
    return tasks;
  }

  /** The task that is next, or null. */
  @Nullable Object head(Object queue) {
    if (linkedHead.fits(queue)) {
      return linkedItem.of(linkedNext.of(linkedHead.of(queue)));
    }
    if (dequeFirst.fits(queue)) {
      return dequeItem.of(dequeFirst.of(queue));
    }
    if (arrayItems.of(queue) instanceof Object[] items && items.length > 0) {
      return items[Math.floorMod((int) arrayTake.number(queue), items.length)];
    }
    return null;
  }

  /** A node that has been taken out points to itself; its successors cannot be found from it. */
  private static void walk(@Nullable Object first, Peek item, Peek next, List<Object> into) {
    Object node = first;
    for (int steps = 0; node != null && steps < MOST_TASKS; steps++) {
      Object task = item.of(node);
      if (task != null) {
        into.add(task);
      }
      Object successor = next.of(node);
      node = successor == node ? null : successor;
    }
  }

  private static void ring(Object[] items, int from, int count, List<Object> into) {
    int length = items.length;
    for (int i = 0; i < Math.min(Math.min(count, length), MOST_TASKS); i++) {
      Object task = items[Math.floorMod(from + i, length)];
      if (task != null) {
        into.add(task);
      }
    }
  }

  /** Their iterators never lock; exact classes only, since a subclass may. */
  private static boolean isLockFree(Object queue) {
    return queue.getClass() == LinkedTransferQueue.class
        || queue.getClass() == ConcurrentLinkedQueue.class;
  }
}
