package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The threads of one look that may still give a signal for which others wait. Each thread is looked
 * at once, however many wait.
 */
final class Signallers {

  /*
   * Whoever works may do anything. One that waits without a timeout may go on and give the signal
   * when it has come by the code of those who wait. Idle threads give none by themselves; but an
   * event that comes in at a loop, and a timer that is due, may have them do so, and nothing in one
   * look tells whether that will be. A main thread that only rests or waits keeps the JVM alive.
   */
  private boolean anyWorks;
  private boolean anyTimer;
  private final Map<String, List<ObservedThread>> waitingByClass = new HashMap<>();
  private final List<ObservedThread> loops = new ArrayList<>();
  private final Look look;

  Signallers(Look look) {
    this.look = look;
    look.observation().threads().forEach(this::add);
  }

  private void add(ObservedThread thread) {
    switch (Activity.of(thread, look)) {
      case WORKS -> anyWorks = true;
      case RESTS -> anyWorks |= !isMain(thread);
      case WAITS -> {
        if (!isMain(thread) && !look.graph().isStuck(thread.id())) {
          for (String name : look.facts(thread).ownClasses()) {
            waitingByClass.computeIfAbsent(name, each -> new ArrayList<>()).add(thread);
          }
        }
      }
      case IDLE -> {
        StackFacts facts = look.facts(thread);
        anyTimer |= thread.state() == ThreadState.TIMED_WAITING && facts.has(StackTag.WORKER);
        if (facts.has(StackTag.EVENT_LOOP) || selects(thread, facts)) {
          loops.add(thread);
        }
      }
    }
  }

  /** Whether it waits for events in code of its own. */
  private static boolean selects(ObservedThread thread, StackFacts facts) {
    boolean runs = thread.state() == ThreadState.RUNNABLE || thread.state() == ThreadState.UNKNOWN;
    return runs && facts.isIn(StackTag.IDLE) && facts.hasOwnCode();
  }

  /** Whether a thread beside those who wait may give the signal by itself. */
  boolean anyBeside(Collection<ObservedThread> waiters, Set<String> code) {
    if (anyWorks) {
      return true;
    }
    Set<Long> ids = new HashSet<>();
    waiters.forEach(waiter -> ids.add(waiter.id()));
    for (String name : code) {
      for (ObservedThread other : waitingByClass.getOrDefault(name, List.of())) {
        if (!ids.contains(other.id())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a timer that is due, or an event at a loop of that code, may have the signal given. */
  boolean mayComeFromOutside(Set<String> code) {
    return anyTimer
        || loops.stream()
            .anyMatch(
                loop ->
                    look.facts(loop).has(StackTag.EVENT_LOOP)
                        || !Collections.disjoint(look.facts(loop).ownClasses(), code));
  }

  static boolean isMain(ObservedThread thread) {
    List<String> stack = thread.stack();
    return !stack.isEmpty() && stack.get(stack.size() - 1).contains(".main(");
  }
}
