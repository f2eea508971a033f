package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for the same thing while they are about the same kind of work: each writes a
 * log event, loads a class, or loads an entry of a cache.
 *
 * @param resource what they wait for, or null when that was not seen and they share a place instead
 * @param owner who holds it, or null when not known
 * @param waiters at least as many as the threshold says
 */
record Errand(
    @Nullable Resource resource, @Nullable ObservedThread owner, List<ObservedThread> waiters) {

  /**
   * The errands of the newest look. Live they must stand in the look before as well: a queue of a
   * moment is nothing. A dump is taken because something was wrong, and one is enough.
   */
  static List<Errand> of(Timeline timeline, StackTag tag, Thresholds thresholds) {
    Look look = timeline.look();
    List<Errand> errands = new ArrayList<>();
    Map<String, List<ObservedThread>> before = null;
    for (Map.Entry<String, List<ObservedThread>> entry : waiters(look, tag).entrySet()) {
      List<ObservedThread> waiters = entry.getValue();
      if (waiters.size() < thresholds.sameErrand()) {
        continue;
      }
      if (!Waits.fromDump(waiters.get(0))) {
        before = before == null ? waitersBefore(timeline, tag) : before;
        if (before.getOrDefault(entry.getKey(), List.of()).size() < thresholds.sameErrand()) {
          continue;
        }
      }
      Resource resource = look.index().waitedFor(waiters.get(0));
      errands.add(new Errand(resource, Waits.owner(resource, look), waiters));
    }
    return errands;
  }

  /**
   * Whether the queue has stood over a whole trend: a JVM that starts loads classes by many threads
   * at once, and a busy server meets at its log now and then. A dump is enough by itself.
   */
  boolean isHabit(StackTag tag, Timeline timeline, Thresholds thresholds) {
    if (Waits.fromDump(waiters.get(0))) {
      return true;
    }
    Trend trend = Trend.of(timeline, thresholds);
    return trend.isLongEnough()
        && trend.mostlyOf(
            trend.looks().size(),
            trend.looks().stream()
                .filter(look -> waitersThen(look, tag, timeline) >= thresholds.sameErrand())
                .count());
  }

  private long waitersThen(Observation look, StackTag tag, Timeline timeline) {
    long code = timeline.facts(waiters.get(0)).code();
    return look.threads().stream()
        .filter(thread -> isWaiterIn(tag, thread, timeline.facts(thread)))
        .filter(
            thread -> {
              Wait wait = thread.currentWait();
              return resource == null
                  ? timeline.facts(thread).code() == code
                  : wait != null && wait.resource().equals(resource.id());
            })
        .count();
  }

  private static Map<String, List<ObservedThread>> waitersBefore(Timeline timeline, StackTag tag) {
    return timeline.previous().map(look -> waiters(look, tag)).orElse(Map.of());
  }

  private static Map<String, List<ObservedThread>> waiters(Look look, StackTag tag) {
    Map<String, List<ObservedThread>> waiters = new LinkedHashMap<>();
    for (ObservedThread thread : look.threadsWith(tag)) {
      if (isWaiterIn(tag, thread, look.facts(thread))) {
        Resource resource = look.index().waitedFor(thread);
        String key = resource == null ? "at " + look.facts(thread).code() : resource.id();
        waiters.computeIfAbsent(key, each -> new ArrayList<>()).add(thread);
      }
    }
    return waiters;
  }

  private static boolean isWaiterIn(StackTag tag, ObservedThread thread, StackFacts facts) {
    boolean waits =
        thread.state() == ThreadState.BLOCKED
            || thread.state() == ThreadState.WAITING
            || thread.state() == ThreadState.TIMED_WAITING;
    return waits && facts.isIn(tag) && !facts.isIdle();
  }

  /** Whether the owner runs a loader, and not just passes through the cache; unknown may be. */
  static boolean isLoading(@Nullable ObservedThread owner, Look look) {
    return owner == null
        || look.facts(owner).has(StackTag.CACHE_LOAD)
            && !look.facts(owner).isIn(StackTag.CACHE_LOAD);
  }

  /** {@code lock}, {@code the monitor of X}, or a word for what was not seen. */
  String label() {
    return resource == null ? "the same thing" : Words.label(resource);
  }

  /** Adds waiters and owner to a finding, and what the owner does. */
  Suspicion tell(Suspicion suspicion, Look look) {
    if (owner != null) {
      suspicion.with(Role.HOLDER, owner);
    }
    suspicion.with(Role.WAITER, waiters);
    suspicion.because(
        "%s wait for %s"
            .formatted(Words.list(waiters.stream().map(Words::name).toList()), label()));
    if (owner != null) {
      suspicion.because(
          "%s holds it and %s at %s"
              .formatted(
                  Words.name(owner),
                  Waits.hasJustGot(owner)
                      ? "has only just got it,"
                      : Waits.waits(owner, look) ? Waits.doing(owner, look) : "runs",
                  Words.place(owner)));
    }
    if (Waits.fromDump(waiters.get(0))) {
      suspicion.unseen(
          "whether the queue stands: take two more dumps, some seconds apart, with"
              + " 'jcmd PID Thread.print -l'");
    }
    return suspicion;
  }
}
