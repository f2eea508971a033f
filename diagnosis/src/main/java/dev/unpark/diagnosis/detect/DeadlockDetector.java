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
import java.util.Set;

/**
 * Finds threads that wait for each other and can never run again: through monitors, locks, class
 * initialisers or futures, platform and virtual threads alike, in any mixture.
 */
public final class DeadlockDetector implements Detector {
  private static final Set<ResourceKind> ENDS = EnumSet.of(ResourceKind.THREAD_END);

  /** More links than this tell nothing new. */
  private static final int LINKS_TOLD = 12;

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
    return List.of(
        NextStep.now(
            "restart this instance: %s"
                    .formatted(
                        stuck.waitsForFuture()
                            ? "only a thread that cancels or completes a future by hand could end"
                                + " this"
                            : "nothing inside the JVM can end this")
                + (behind == 0 ? "" : "; more threads will pile up behind it")),
        NextStep.cause(
            stuck.waitsFor(ENDS)
                ? "a thread holds what those need whose end it waits for: " + Words.list(places)
                : "what these threads need is taken in no common order: " + Words.list(places)),
        NextStep.fix(
            stuck.waitsFor(ENDS)
                ? "give back what is held before waiting for other threads to end"
                : "take the locks in one order everywhere, or take the second with tryLock and a"
                    + " timeout"));
  }
}
