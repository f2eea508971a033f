package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Finds threads that wait for each other and can never run again: through monitors, locks, class
 * initialisers or futures, platform and virtual threads alike, in any mixture.
 */
public final class DeadlockDetector implements Detector {
  /** More links than this tell nothing new. */
  static final int LINKS_TOLD = 12;

  private final Thresholds thresholds;

  public DeadlockDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "deadlock";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    List<Finding> findings = new ArrayList<>();
    for (StuckThreads stuck : StuckThreads.of(timeline)) {
      if (!stuck.throughPool()) {
        findings.add(stuck.finding(type(), headline(stuck), chain(stuck), nextSteps(stuck)));
      }
    }
    for (StuckThreads stuck : StuckThreads.believed(timeline, thresholds)) {
      boolean signals = stuck.waitsFor(LostWakeupDetector.SIGNALS);
      boolean lent = stuck.waitsFor(ResourcePoolStarvationDetector.LENT);
      if (!stuck.throughPool() && !signals && !lent) {
        findings.add(stuck.finding(type(), headline(stuck), chain(stuck), nextSteps(stuck)));
      }
    }
    UnownedLocks.examine(type(), timeline, thresholds).ifPresent(findings::add);
    NestedWaits.examine(type(), timeline, thresholds).ifPresent(findings::add);
    for (SilentSignal join : SilentSignal.joins(timeline, thresholds)) {
      findings.add(
          join.suspicion(type(), timeline)
              .unseen("which thread's end is waited for: a dump does not tell, the agent does")
              .now("restart this instance: nothing inside the JVM can end this")
              .cause(
                  "a thread holds what those need whose end it waits for: "
                      + Words.list(join.waiters().stream().map(Words::place).toList()))
              .fix("give back what is held before waiting for other threads to end")
              .finding());
    }
    return findings;
  }

  private static String headline(StuckThreads stuck) {
    List<String> names = stuck.members().stream().map(Words::name).toList();
    return names.size() == 1
        ? names.get(0) + " waits for itself"
        : names.size() + " threads wait for each other: " + Words.list(names);
  }

  static List<String> chain(StuckThreads stuck) {
    Map<String, String> labels = Words.labels(stuck.resources());
    List<String> chain = new ArrayList<>();
    List<ObservedThread> members = stuck.members();
    int told = Math.min(LINKS_TOLD, members.size());
    for (ObservedThread member : members.subList(0, told)) {
      chain.add(link(member, stuck, labels));
    }
    if (told < members.size()) {
      chain.add("and so on: " + Words.kinds(members.subList(told, members.size())));
    }
    List<ObservedThread> victims = stuck.victims();
    if (!victims.isEmpty()) {
      chain.add("behind them: " + Words.kinds(victims));
    }
    return chain;
  }

  /** {@code transfer-1 holds lock A and waits for lock B, held by transfer-2, at Bank.move(…)}. */
  private static String link(
      ObservedThread member, StuckThreads stuck, Map<String, String> labels) {
    StringBuilder link = new StringBuilder(Words.name(member));
    List<String> held = new ArrayList<>();
    for (Resource resource : stuck.heldInKnot(member)) {
      held.add(labels.getOrDefault(resource.id(), resource.id()));
    }
    if (!held.isEmpty()) {
      link.append(" holds ").append(Words.list(held)).append(" and");
    }
    Resource waitedFor = stuck.waitedFor(member);
    link.append(" waits for ").append(labels.getOrDefault(waitedFor.id(), waitedFor.id()));
    List<String> holders = stuck.holderNames(member);
    if (!holders.isEmpty()) {
      boolean ends = waitedFor.kind() == ResourceKind.THREAD_END;
      link.append(ends ? ", for the end of " : ", held by ").append(Words.list(holders));
    }
    return link.append(", at ").append(Words.place(member)).toString();
  }

  private static List<NextStep> nextSteps(StuckThreads stuck) {
    List<String> places = stuck.members().stream().map(Words::place).distinct().toList();
    int behind = stuck.victims().size();
    WayOut wayOut = WayOut.of(stuck);
    return List.of(
        NextStep.now(
            "restart this instance: %s"
                    .formatted(
                        stuck.waitsForFuture()
                            ? "only a thread that cancels or completes a future by hand could end"
                                + " this"
                            : "nothing inside the JVM can end this")
                + (behind == 0 ? "" : "; more threads will pile up behind it")),
        NextStep.cause(wayOut.cause + ": " + Words.list(places)),
        NextStep.fix(wayOut.fix));
  }

  /** What brought such a knot about, and what to change so that it does not come back. */
  private enum WayOut {
    ENDS(
        "a thread holds what those need whose end it waits for",
        "give back what is held before waiting for other threads to end"),
    INITIALIZERS(
        "static initialisers need each other's class, or a lock that is held while a class is used",
        "let no static initialiser take a lock, wait, or use a class that uses its own; or load"
            + " these classes in one order, from one thread, at the start"),
    RESULTS(
        "a thread holds what that work needs whose result it waits for",
        "give back what is held before waiting for a result, or wait with a timeout"),
    PERMITS(
        "a second permit is taken by those who have one, and none is left",
        "take at once all that is needed, or give back the first before asking for more"),
    UPGRADE(
        "a lock is asked for by those who hold it already, as readers or without a right to it",
        "give the read lock back before asking for the write lock, and ask for no lock twice that"
            + " cannot be entered again"),
    ORDER(
        "what these threads need is taken in no common order",
        "take the locks in one order everywhere, or take the second with tryLock and a timeout");

    private final String cause;
    private final String fix;

    WayOut(String cause, String fix) {
      this.cause = cause;
      this.fix = fix;
    }

    static WayOut of(StuckThreads stuck) {
      if (stuck.waitsFor(EnumSet.of(ResourceKind.THREAD_END))) {
        return ENDS;
      }
      if (stuck.waitsFor(EnumSet.of(ResourceKind.CLASS_INITIALIZATION))) {
        return INITIALIZERS;
      }
      if (stuck.waitsForFuture()) {
        return RESULTS;
      }
      if (stuck.resources().size() > 1) {
        return ORDER;
      }
      return stuck.waitsFor(EnumSet.of(ResourceKind.SEMAPHORE)) ? PERMITS : UPGRADE;
    }
  }
}
