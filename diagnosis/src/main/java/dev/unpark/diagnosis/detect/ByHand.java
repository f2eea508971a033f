package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.timeline.Look;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may complete a future that the threads of a knot wait for, in a variable that nobody sees.
 */
final class ByHand {

  /*
   * A FutureTask ends by being run, or by being cancelled. A CompletableFuture whose task is queued
   * may just as well be completed by whoever has it, and a thread may have it on its stack alone. It
   * got there by code that both know, so a thread outside the knot that does anything in a class of a
   * waiter's own takes away the proof, not the suspicion.
   */
  private static final String FUTURE = "java.util.concurrent.CompletableFuture";

  private ByHand() {}

  static List<ObservedThread> of(
      List<ObservedThread> members, Collection<ObservedThread> victims, Look look) {
    Set<String> classes = new HashSet<>();
    Set<Long> caught = new HashSet<>();
    for (ObservedThread member : members) {
      caught.add(member.id());
      Resource resource = look.index().waitedFor(member);
      if (resource != null && resource.className().equals(FUTURE)) {
        classes.addAll(look.facts(member).ownClasses());
      }
    }
    if (classes.isEmpty()) {
      return List.of();
    }
    victims.forEach(victim -> caught.add(victim.id()));
    return look.observation().threads().stream()
        .filter(thread -> !caught.contains(thread.id()))
        .filter(thread -> Activity.of(thread, look) != Activity.IDLE)
        .filter(thread -> !Collections.disjoint(look.facts(thread).ownClasses(), classes))
        .toList();
  }
}
