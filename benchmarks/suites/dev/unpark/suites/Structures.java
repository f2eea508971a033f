package dev.unpark.suites;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** What Lincheck runs: each has operations that must look atomic, and must do alone what they do in company. */
public final class Structures {
  private Structures() {}

  @Param(name = "number", gen = IntGen.class, conf = "1:3")
  abstract static class Queued {
    private final Queue<Integer> queue;

    Queued(Queue<Integer> queue) {
      this.queue = queue;
    }

    @Operation
    public boolean offer(@Param(name = "number") int number) {
      return queue.offer(number);
    }

    @Operation
    public Integer poll() {
      return queue.poll();
    }

    @Operation
    public Integer peek() {
      return queue.peek();
    }
  }

  /** Bounded by two. */
  public static class ArrayQueue extends Queued {
    public ArrayQueue() {
      super(new ArrayBlockingQueue<>(2));
    }
  }

  /** Bounded by two. */
  public static class LinkedQueue extends Queued {
    public LinkedQueue() {
      super(new LinkedBlockingQueue<>(2));
    }
  }

  /** Bounded by two. */
  public static class LinkedDeque extends Queued {
    public LinkedDeque() {
      super(new LinkedBlockingDeque<>(2));
    }
  }

  /** Without a lock. */
  public static class FreeQueue extends Queued {
    public FreeQueue() {
      super(new ConcurrentLinkedQueue<>());
    }
  }

  /** Without a lock, and others may wait. */
  public static class TransferQueue extends Queued {
    public TransferQueue() {
      super(new LinkedTransferQueue<>());
    }
  }

  @Param(name = "number", gen = IntGen.class, conf = "1:3")
  abstract static class Mapped {
    private final Map<Integer, Integer> map;

    Mapped(Map<Integer, Integer> map) {
      this.map = map;
    }

    @Operation
    public Integer put(@Param(name = "number") int key, @Param(name = "number") int value) {
      return map.put(key, value);
    }

    @Operation
    public Integer putIfAbsent(@Param(name = "number") int key, @Param(name = "number") int value) {
      return map.putIfAbsent(key, value);
    }

    @Operation
    public Integer get(@Param(name = "number") int key) {
      return map.get(key);
    }

    @Operation
    public Integer remove(@Param(name = "number") int key) {
      return map.remove(key);
    }
  }

  /** With a lock for each bin. */
  public static class HashMap extends Mapped {
    public HashMap() {
      super(new ConcurrentHashMap<>());
    }
  }

  /** Without a lock. */
  public static class SkipListMap extends Mapped {
    public SkipListMap() {
      super(new ConcurrentSkipListMap<>());
    }
  }

  /** Two permits. */
  public static class Permits {
    private final Semaphore permits = new Semaphore(2);

    @Operation
    public boolean tryAcquire() {
      return permits.tryAcquire();
    }

    @Operation
    public void release() {
      permits.release();
    }

    @Operation
    public int available() {
      return permits.availablePermits();
    }
  }

  /** Opens at two. */
  public static class Latch {
    private final CountDownLatch latch = new CountDownLatch(2);

    @Operation
    public void countDown() {
      latch.countDown();
    }

    @Operation
    public long count() {
      return latch.getCount();
    }
  }

  /** Completed by the first who comes. */
  @Param(name = "number", gen = IntGen.class, conf = "1:3")
  public static class Future {
    private final CompletableFuture<Integer> future = new CompletableFuture<>();

    @Operation
    public boolean complete(@Param(name = "number") int number) {
      return future.complete(number);
    }

    @Operation
    public Integer now() {
      return future.getNow(0);
    }

    @Operation
    public boolean isDone() {
      return future.isDone();
    }
  }

  abstract static class Counter {
    int count;

    abstract int increment();

    abstract int read();
  }

  /** Each increment under a lock. */
  public static class LockedCounter extends Counter {
    private final ReentrantLock lock = new ReentrantLock();

    @Operation
    @Override
    public int increment() {
      lock.lock();
      try {
        return ++count;
      } finally {
        lock.unlock();
      }
    }

    @Operation
    @Override
    public int read() {
      lock.lock();
      try {
        return count;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Readers beside each other. */
  public static class ReadWriteCounter extends Counter {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    @Operation
    @Override
    public int increment() {
      lock.writeLock().lock();
      try {
        return ++count;
      } finally {
        lock.writeLock().unlock();
      }
    }

    @Operation
    @Override
    public int read() {
      lock.readLock().lock();
      try {
        return count;
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  /** Readers beside each other, with stamps. */
  public static class StampedCounter extends Counter {
    private final StampedLock lock = new StampedLock();

    @Operation
    @Override
    public int increment() {
      long stamp = lock.writeLock();
      try {
        return ++count;
      } finally {
        lock.unlockWrite(stamp);
      }
    }

    @Operation
    @Override
    public int read() {
      long stamp = lock.readLock();
      try {
        return count;
      } finally {
        lock.unlockRead(stamp);
      }
    }
  }

  /** Each increment in a monitor. */
  public static class MonitorCounter extends Counter {
    @Operation
    @Override
    public synchronized int increment() {
      return ++count;
    }

    @Operation
    @Override
    public synchronized int read() {
      return count;
    }
  }

  /** Guarded by nothing: Lincheck must find that out. */
  public static class BrokenCounter extends Counter {
    @Operation
    @Override
    public int increment() {
      return ++count;
    }

    @Operation
    @Override
    public int read() {
      return count;
    }
  }
}
