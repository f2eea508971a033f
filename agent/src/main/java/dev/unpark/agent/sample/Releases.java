package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells of a park blocker what must happen before a wait for it can end.
 *
 * <p>What is read here may be gone a moment later. That is no harm: a verdict needs the same waits
 * in two looks, and while all members of a knot stand still in between, none of them can have let
 * go of anything.
 */
final class Releases {
  private final Peek exclusiveOwner =
      Peek.at(AbstractOwnableSynchronizer.class, "exclusiveOwnerThread");
  private final Peek futureState = Peek.at(FutureTask.class, "state");
  private final Peek futureRunner = Peek.at(FutureTask.class, "runner");

  private final Completions completions = new Completions();

  /** What is queued where, at this look. */
  TaskIndex tasks(List<Pool> pools) {
    return new TaskIndex(pools, completions);
  }

  /** A release, with the threads that it names. */
  record Holder(Release release, List<Thread> threads) {
    static final Holder UNKNOWN = new Holder(new Release.Unknown(), List.of());
    static final Holder FREE = new Holder(Release.free(), List.of());

    /** All of these have to go on first. */
    static Holder all(List<Thread> threads) {
      Set<Long> ids = threads.stream().map(ThreadIds::of).collect(Collectors.toSet());
      return new Holder(new Release.AllOf(ids), threads);
    }
  }

  /**
   * Who can end a wait for that blocker.
   *
   * @param tasks finds the executor in whose queue a task stands
   */
  Holder of(Object blocker, ResourceKind kind, ReadLocks readLocks, TaskIndex tasks) {
    if (blocker instanceof FutureTask<?>) {
      return ofFuture(blocker, tasks);
    }
    if (kind == ResourceKind.FUTURE) {
      return served(tasks.executorOf(blocker));
    }
    if (kind == ResourceKind.SEMAPHORE) {
      return Permits.ofSemaphore(blocker);
    }
    if (blocker instanceof StampedLock) {
      return Permits.ofStamped(blocker);
    }
    if (!(blocker instanceof AbstractOwnableSynchronizer)) {
      return Holder.UNKNOWN;
    }
    if (exclusiveOwner.of(blocker) instanceof Thread owner) {
      return Holder.all(List.of(owner));
    }
    return switch (kind) {
      case REENTRANT_LOCK -> Holder.FREE;
      case READ_WRITE_LOCK -> ofReaders(blocker, readLocks);
      default -> Holder.UNKNOWN;
    };
  }

  /** Whether only readers hold that lock. */
  boolean isRead(Object sync) {
    return exclusiveOwner.of(sync) == null && !ReadLocks.isFree(sync);
  }

  /** What a writer waits for: all readers, and one that is stuck is enough. */
  private Holder ofReaders(Object sync, ReadLocks readLocks) {
    if (ReadLocks.isFree(sync)) {
      return Holder.FREE;
    }
    List<Thread> readers = readLocks.readers(sync);
    return readers.isEmpty() ? Holder.UNKNOWN : Holder.all(readers);
  }

  /*
   * FutureTask: state 0 is NEW, which it stays until the task has run. While it runs, runner is
   * set. No runner and NEW means that nobody has begun it: it can only stand in some queue.
   */
  private Holder ofFuture(Object future, TaskIndex tasks) {
    if (futureState.missing() || futureRunner.missing()) {
      return Holder.UNKNOWN;
    }
    if (futureState.number(future) != 0) {
      return Holder.FREE;
    }
    if (futureRunner.of(future) instanceof Thread runner) {
      return Holder.all(List.of(runner));
    }
    return served(tasks.executorOf(future));
  }

  private static Holder served(@Nullable String executor) {
    return executor == null
        ? Holder.UNKNOWN
        : new Holder(new Release.ServedBy(executor), List.of());
  }
}
