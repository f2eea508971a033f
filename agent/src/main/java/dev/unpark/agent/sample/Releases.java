package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
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
  private final Peek firstReader =
      Peek.at(ReentrantReadWriteLock.class.getName() + "$Sync", "firstReader");
  private final Peek synchronizerState =
      Peek.at(java.util.concurrent.locks.AbstractQueuedSynchronizer.class, "state");
  private final Peek futureState = Peek.at(FutureTask.class, "state");
  private final Peek futureRunner = Peek.at(FutureTask.class, "runner");

  /** A release, with the thread that it names, if it names one. */
  record Holder(Release release, @Nullable Thread thread) {
    static final Holder UNKNOWN = new Holder(new Release.Unknown(), null);
    static final Holder FREE = new Holder(Release.free(), null);
  }

  /**
   * Who can end a wait for that blocker.
   *
   * @param executorOf finds the executor in whose queue a task stands, or null
   */
  Holder of(Object blocker, ResourceKind kind, Function<Object, @Nullable String> executorOf) {
    if (blocker instanceof FutureTask<?>) {
      return ofFuture(blocker, executorOf);
    }
    if (!(blocker instanceof AbstractOwnableSynchronizer)) {
      return Holder.UNKNOWN;
    }
    if (exclusiveOwner.of(blocker) instanceof Thread owner) {
      return owned(owner);
    }
    return switch (kind) {
      case REENTRANT_LOCK -> Holder.FREE;
      case READ_WRITE_LOCK -> ofReaders(blocker);
      default -> Holder.UNKNOWN;
    };
  }

  private static Holder owned(Thread owner) {
    return new Holder(Release.owner(ThreadIds.of(owner)), owner);
  }

  /** The first of the readers is remembered by the lock itself; one that is stuck is enough. */
  private Holder ofReaders(Object sync) {
    if (firstReader.of(sync) instanceof Thread reader) {
      return owned(reader);
    }
    return !synchronizerState.missing() && synchronizerState.number(sync) == 0
        ? Holder.FREE
        : Holder.UNKNOWN;
  }

  /*
   * FutureTask: state 0 is NEW, which it stays until the task has run. While it runs, runner is
   * set. No runner and NEW means that nobody has begun it: it can only stand in some queue.
   */
  private Holder ofFuture(Object future, Function<Object, @Nullable String> executorOf) {
    if (futureState.missing() || futureRunner.missing()) {
      return Holder.UNKNOWN;
    }
    if (futureState.number(future) != 0) {
      return Holder.FREE;
    }
    if (futureRunner.of(future) instanceof Thread runner) {
      return owned(runner);
    }
    String executor = executorOf.apply(future);
    return executor == null ? Holder.UNKNOWN : new Holder(new Release.ServedBy(executor), null);
  }
}
