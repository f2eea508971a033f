package dev.unpark.diagnosis.model;

/** What kind of thing a thread can wait for. */
public enum ResourceKind {
  /** An object's monitor, to be entered. */
  MONITOR("monitor"),
  /** A class whose static initialiser runs in another thread. */
  CLASS_INITIALIZATION("class-initialization"),
  /** {@code ReentrantLock}. */
  REENTRANT_LOCK("reentrant"),
  /** {@code ReentrantReadWriteLock}, either side. */
  READ_WRITE_LOCK("read-write"),
  /** {@code StampedLock}. */
  STAMPED_LOCK("stamped"),
  /** {@code Semaphore}. */
  SEMAPHORE("semaphore"),
  /** {@code CountDownLatch}. */
  LATCH("latch"),
  /** {@code CyclicBarrier}, {@code Phaser}, {@code Exchanger}. */
  BARRIER("barrier"),
  /** Another subclass of {@code AbstractQueuedSynchronizer}. */
  SYNCHRONIZER("synchronizer"),
  /** A condition of a lock, to be signalled. */
  CONDITION("condition"),
  /** An object on which {@code Object.wait} was called. */
  NOTIFICATION("notification"),
  /** {@code FutureTask}, {@code CompletableFuture}, {@code ForkJoinTask}. */
  FUTURE("future"),
  /** A blocking queue, waiting for room or for an element. */
  QUEUE("queue"),
  /** Another thread's end ({@code Thread.join}). */
  THREAD_END("thread-end"),
  /** A connection pool. */
  CONNECTION_POOL("connection-pool"),
  /** A peer outside this JVM. */
  REMOTE("remote"),
  /** A blocker object that no rule knows. */
  OTHER("other");

  private final String label;

  ResourceKind(String label) {
    this.label = label;
  }

  /** The spelling of metrics ({@code lock.kind}), events and JSON. */
  public String label() {
    return label;
  }

  /**
   * Whether it has an owner who ought to give it back soon; a semaphore or a condition has none.
   */
  public boolean isLock() {
    return switch (this) {
      case MONITOR, REENTRANT_LOCK, READ_WRITE_LOCK, STAMPED_LOCK -> true;
      case CLASS_INITIALIZATION,
          SEMAPHORE,
          LATCH,
          BARRIER,
          SYNCHRONIZER,
          CONDITION,
          NOTIFICATION,
          FUTURE,
          QUEUE,
          THREAD_END,
          CONNECTION_POOL,
          REMOTE,
          OTHER ->
          false;
    };
  }

  /** The kind of that {@link #label()}, or {@link #OTHER} for a label of a newer version. */
  public static ResourceKind of(String label) {
    for (ResourceKind kind : values()) {
      if (kind.label.equals(label)) {
        return kind;
      }
    }
    return OTHER;
  }
}
