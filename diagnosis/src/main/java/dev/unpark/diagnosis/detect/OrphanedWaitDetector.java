package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that wait without a timeout for somebody who is gone: everyone who ever ended such
 * a wait has ended, or the owner of a lock has, or no thread works on the result.
 */
public final class OrphanedWaitDetector implements Detector {

  /*
   * A consumer that waits for work looks the same when the threads that brought it work were made to
   * be short-lived, and rightly ended. So one that stands in a queue's own code, with nobody behind
   * it, is idle; not so who waits for room in a queue, with something in its hand, or for what work
   * brings: a result, a permit, a connection. One that stands in a condition of the user's own is
   * worth a word, no more, unless somebody waits for it: behind what it holds, or for the task that
   * it runs.
   */
  private final Thresholds thresholds;

  public OrphanedWaitDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "orphaned-wait";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    Map<String, List<ObservedThread>> orphans = new LinkedHashMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      Resource resource = abandoned(thread, look);
      if (resource != null && !thread.stack().isEmpty()) {
        orphans.computeIfAbsent(resource.id(), id -> new ArrayList<>()).add(thread);
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (List<ObservedThread> waiters : orphans.values()) {
      Stance standing = Stance.of(waiters, timeline);
      boolean putting = waiters.stream().allMatch(waiter -> look.facts(waiter).isIn(StackTag.PUTS));
      if (!(putting || !awaitsSignal(waiters.get(0), look)
          ? standing.isToldAsRing(timeline, thresholds)
          : standing.isTold(timeline, thresholds))) {
        continue;
      }
      List<ObservedThread> victims = victims(waiters, look);
      boolean missed =
          putting
              || !victims.isEmpty()
              || !awaitsSignal(waiters.get(0), look)
              || waiters.stream().anyMatch(t -> look.facts(t).runsTask());
      if (missed || waiters.stream().noneMatch(waiter -> look.facts(waiter).isIdle())) {
        findings.add(finding(waiters, victims, missed, standing, timeline));
      }
    }
    findings.addAll(GoneOwners.examine(type(), timeline, thresholds));
    UnservedWaits.orphaned(type(), timeline, thresholds).ifPresent(findings::add);
    if (findings.isEmpty()) {
      Stillness.examine(type(), timeline, thresholds).ifPresent(findings::add);
    }
    return findings;
  }

  /** What it waits for, if everyone who is believed to end such a wait is gone; else null. */
  private static @Nullable Resource abandoned(ObservedThread thread, Look look) {
    Wait wait = thread.currentWait();
    Resource resource = wait == null || wait.timed() ? null : look.index().waitedFor(thread);
    return resource != null
            && resource.release() instanceof Release.Believed believed
            && believed.threads().isEmpty()
        ? resource
        : null;
  }

  /** Whether for a mere signal, as idle threads do, rather than for what somebody's work brings. */
  private static boolean awaitsSignal(ObservedThread thread, Look look) {
    Resource resource = look.index().waitedFor(thread);
    return resource == null
        || resource.kind() == ResourceKind.CONDITION
        || resource.kind() == ResourceKind.NOTIFICATION
        || resource.kind() == ResourceKind.QUEUE;
  }

  /** Who waits for what one of these holds, and so on. */
  private static List<ObservedThread> victims(List<ObservedThread> waiters, Look look) {
    Map<Long, ObservedThread> caught = new LinkedHashMap<>();
    waiters.forEach(waiter -> caught.put(waiter.id(), waiter));
    new Queues(look).addAllBehind(caught);
    waiters.forEach(waiter -> caught.remove(waiter.id()));
    return List.copyOf(caught.values());
  }

  private Finding finding(
      List<ObservedThread> waiters,
      List<ObservedThread> victims,
      boolean missed,
      Stance standing,
      Timeline timeline) {
    Look look = timeline.look();
    Resource resource = look.index().waitedFor(waiters.get(0));
    String label = resource == null ? "a signal" : Words.label(resource);
    String why =
        resource != null && resource.release() instanceof Release.Believed believed
            ? believed.why()
            : "";
    List<String> places = waiters.stream().map(Words::place).distinct().toList();
    List<String> names = waiters.stream().map(Words::name).toList();
    String verb = names.size() == 1 ? " waits for " : " wait for ";
    boolean signalled = awaitsSignal(waiters.get(0), look);
    Suspicion suspicion =
        new Suspicion(
            type(),
            !victims.isEmpty()
                    || !signalled && waiters.stream().anyMatch(t -> look.facts(t).runsTask())
                ? Severity.CRITICAL
                : missed ? Severity.WARNING : Severity.ADVICE,
            look,
            Words.list(names)
                + verb
                + label
                + (signalled
                    ? ", and whoever signalled it is gone"
                    : ", and who was to end that is gone"));
    waiters.forEach(waiter -> suspicion.with(Role.MEMBER, waiter).signedBy(waiter));
    suspicion.with(Role.VICTIM, victims);
    if (!missed) {
      suspicion.unseen(
          "whether there is any work for them: threads that signal once and end are no loss, and"
              + " then they are idle");
    }
    suspicion
        .because(Words.list(names) + verb + label + " at " + Words.list(places))
        .because(
            (signalled
                    ? "everyone who ended such a wait before is gone: "
                    : "nobody else is known: ")
                + why);
    if (!victims.isEmpty()) {
      suspicion.because("behind them: " + Words.kinds(victims));
    }
    return suspicion
        .unseen("whether somebody who never did so before will end this wait")
        .now("look in the log for the death of the thread that was to signal")
        .cause("the thread that signals ended, most often by an exception")
        .fix(
            "catch what its loop may throw, or have its end wake those who wait; wait with a"
                + " timeout")
        .since(standing.since())
        .finding();
  }
}
