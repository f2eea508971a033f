package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The threads that ask one kind of pool for a connection and get none, and who may have them.
 *
 * @param library beginning of the pool's classes: {@code com.zaxxer.hikari}
 * @param waiters who asks
 * @param inside who is in a driver or client that such connections lead to
 * @param busy who has come by the code that asks, and does something else by now
 */
record BorrowQueue(
    String library,
    List<ObservedThread> waiters,
    List<ObservedThread> inside,
    List<ObservedThread> busy) {
  private static final int PARTS_OF_LIBRARY = 3;

  /**
   * What asks for a connection stands close to the pool; deeper down is what all requests share.
   */
  private static final int CALLERS = 3;

  /** The queues of that look, by library. */
  static List<BorrowQueue> of(Look look) {
    Map<String, List<ObservedThread>> waiters = new TreeMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      StackFacts facts = look.facts(thread);
      if (facts.isIn(StackTag.CONNECTION_POOL) && thread.state() != ThreadState.RUNNABLE) {
        String library = library(thread);
        if (!callers(thread, library).isEmpty()) { // The pool's own housekeepers ask for nothing.
          waiters.computeIfAbsent(library, name -> new ArrayList<>()).add(thread);
        }
      }
    }
    List<BorrowQueue> queues = new ArrayList<>();
    waiters.forEach((library, asking) -> queues.add(of(library, asking, look)));
    return queues;
  }

  private static BorrowQueue of(String library, List<ObservedThread> waiters, Look look) {
    Set<String> callers = new HashSet<>();
    waiters.forEach(waiter -> callers.addAll(callers(waiter, library)));
    boolean toDatabase =
        waiters.stream()
            .map(look::facts)
            .noneMatch(facts -> facts.has(StackTag.HTTP_CLIENT) || facts.has(StackTag.REMOTE));
    List<ObservedThread> inside = new ArrayList<>();
    List<ObservedThread> busy = new ArrayList<>();
    for (ObservedThread thread : look.observation().threads()) {
      StackFacts facts = look.facts(thread);
      if (facts.isIn(StackTag.CONNECTION_POOL) || facts.isIdle()) {
        continue;
      }
      if (toDatabase ? facts.isIn(StackTag.DATABASE) : facts.isRemoteCall()) {
        inside.add(thread);
      } else if (!Collections.disjoint(look.facts(thread).ownMethods(), callers)) {
        busy.add(thread);
      }
    }
    return new BorrowQueue(library, waiters, inside, busy);
  }

  private static String library(ObservedThread waiter) {
    String[] parts = Frames.ownFrame(waiter.stack()).split("\\.", PARTS_OF_LIBRARY + 1);
    return String.join(
        ".", List.of(parts).subList(0, Math.min(PARTS_OF_LIBRARY, parts.length - 1)));
  }

  private static List<String> callers(ObservedThread waiter, String library) {
    return waiter.stack().stream()
        .filter(frame -> !Frames.isJdk(frame) && !frame.startsWith(library))
        .limit(CALLERS)
        .map(Frames::method)
        .toList();
  }

  /** Where its users ask, the most telling line of each. */
  List<String> places() {
    return waiters.stream()
        .map(
            waiter ->
                waiter.stack().stream()
                    .filter(frame -> !Frames.isJdk(frame) && !frame.startsWith(library))
                    .findFirst()
                    .map(Frames::brief)
                    .orElse(Words.place(waiter)))
        .distinct()
        .toList();
  }
}
