package dev.unpark.diagnosis.model;

import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What must happen before a wait for a resource can end. */
public sealed interface Release {

  /**
   * Every one of these threads must go on first: the owner of a lock, each reader that a writer
   * waits for, the thread that runs a future's task.
   *
   * <p>The set need not be complete: one holder that is stuck is enough to be stuck behind. An
   * empty set means that the resource is free and the waiter about to get it.
   *
   * @param threads ids of threads
   */
  record AllOf(Set<Long> threads) implements Release {
    public AllOf {
      threads = ids(threads);
    }
  }

  /**
   * One of these threads must go on first: whoever holds a permit.
   *
   * <p>The set must be complete: a holder that is missing here might be the one that can go on.
   *
   * @param threads ids of threads, at least one
   */
  record AnyOf(Set<Long> threads) implements Release {
    public AnyOf {
      threads = ids(threads);
      if (threads.isEmpty()) {
        throw new IllegalArgumentException("nobody could end this wait; say Unknown instead");
      }
    }
  }

  /**
   * A task queued in this executor must be run first, by whichever worker comes free.
   *
   * @param executor {@link ExecutorState#id()}
   */
  record ServedBy(String executor) implements Release {}

  /**
   * One of these threads may be the one to go on first, as far as can be told: they have ended such
   * waits before, or their stacks look as if they held it. Others might do so too, so this proves
   * nothing: a graph that is to prove something takes it for {@link Unknown}.
   *
   * <p>An empty set says that everyone who is known to have ended such a wait is gone.
   *
   * @param threads ids of threads
   * @param why what the belief rests on, a clause without a full stop: {@code "it signalled this
   *     condition before"}
   */
  record Believed(Set<Long> threads, String why) implements Release {
    public Believed {
      threads = ids(threads);
      Objects.requireNonNull(why);
    }
  }

  /** Nobody knows who can end the wait. Such a wait never counts as stuck. */
  record Unknown() implements Release {}

  /**
   * An unmodifiable copy. Ids come from strangers, who may choose thousands of one hash; {@code
   * Set.copyOf} would compare each of these with each.
   */
  private static Set<Long> ids(Set<Long> threads) {
    return threads.size() <= 64
        ? Set.copyOf(threads)
        : Collections.unmodifiableSet(new TreeSet<>(threads));
  }

  /** The one owner of an exclusive lock. */
  static Release owner(long thread) {
    return new AllOf(Set.of(thread));
  }

  /** Nobody holds it. */
  static Release free() {
    return new AllOf(Set.of());
  }
}
