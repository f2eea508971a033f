package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether and how a thread waits, as state, wait and stack tell together. */
final class Waits {
  private Waits() {}

  /** Whether it is not running: in a wait, a sleep or blocking input and output. */
  static boolean waits(ObservedThread thread, Look look) {
    StackFacts facts = look.facts(thread);
    return switch (thread.state()) {
      case BLOCKED, WAITING, TIMED_WAITING -> true;
      case RUNNABLE -> facts.isIn(StackTag.BLOCKING_IO);
      case UNKNOWN -> facts.isIn(StackTag.BLOCKING_IO) || facts.isIn(StackTag.WAIT);
      case NEW, TERMINATED -> false;
    };
  }

  /**
   * Whether something else than its own work keeps it: a sleep, a signal, a lock, a peer's answer.
   * One that runs, or writes to a file, may be done the next moment.
   */
  static boolean isHeldUp(ObservedThread thread, Look look) {
    boolean mayRun =
        thread.state() == ThreadState.RUNNABLE || thread.state() == ThreadState.UNKNOWN;
    return waits(thread, look) && !(mayRun && look.facts(thread).isIn(StackTag.PASSING_IO));
  }

  /**
   * Whether it has got the lock that it holds only this moment: it still stands where it waited for
   * it, and waits for nothing.
   */
  static boolean hasJustGot(ObservedThread owner) {
    return owner.state() == ThreadState.BLOCKED && owner.currentWait() == null;
  }

  /** The lock in whose queue it stands, or null. */
  static @Nullable Resource lock(ObservedThread thread, Look look) {
    Resource resource = look.index().waitedFor(thread);
    return resource != null && resource.kind().isLock() ? resource : null;
  }

  /** The one owner of that lock, or null. */
  static @Nullable ObservedThread owner(@Nullable Resource lock, Look look) {
    if (lock == null) {
      return null;
    }
    Set<Long> holders = ObservationIndex.holders(lock.release());
    return holders.size() == 1 ? look.index().thread(holders.iterator().next()) : null;
  }

  /**
   * Whether it stands in a queue that may move at any moment: one look at it tells nothing. Not so
   * when the owner itself is held up.
   */
  static boolean mayPassSoon(ObservedThread thread, Look look) {
    Resource lock = lock(thread, look);
    if (lock == null) {
      return thread.state() == ThreadState.BLOCKED;
    }
    ObservedThread owner = owner(lock, look);
    return owner == null || !isHeldUp(owner, look);
  }

  /** The threads by the place in the user's code where they stand, in their order. */
  static Map<String, List<ObservedThread>> byPlace(List<ObservedThread> threads, Look look) {
    Map<String, List<ObservedThread>> byPlace = new LinkedHashMap<>();
    for (ObservedThread thread : threads) {
      byPlace.computeIfAbsent(place(thread, look), place -> new ArrayList<>()).add(thread);
    }
    return byPlace;
  }

  /** {@code Class.method(File.java:12)} in the user's code, or in whatever stands there instead. */
  static String place(ObservedThread thread, Look look) {
    return Frames.place(thread.stack(), look.facts(thread).ownFrame());
  }

  /** The same place without its line, as a signature wants it. */
  static String method(ObservedThread thread, Look look) {
    return Frames.method(look.facts(thread).ownFrame());
  }

  /** Whether the look is of a dump, taken because something was wrong. */
  static boolean fromDump(ObservedThread thread) {
    return thread.evidence() != null;
  }

  /** {@code is blocked in}, {@code sleeps or waits at}: what a sentence says of it. */
  static String doing(ObservedThread thread, Look look) {
    StackFacts facts = look.facts(thread);
    if (facts.isIn(StackTag.DATABASE)) {
      return "waits for a database";
    }
    if (facts.isIn(StackTag.HTTP_CLIENT)) {
      return "waits for an answer over HTTP";
    }
    if (facts.isIn(StackTag.REMOTE)) {
      return "waits for a remote service";
    }
    if (facts.isIn(StackTag.CONNECTION_POOL)) {
      return "waits for a connection of a pool";
    }
    if (facts.isIn(StackTag.BLOCKING_IO)) {
      return "is in input or output";
    }
    Resource resource = look.index().waitedFor(thread);
    if (resource != null) {
      return "waits for " + Words.label(resource);
    }
    return facts.isIn(StackTag.AWAITS_RESULT) ? "waits for other work to end" : "waits";
  }
}
