package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Finds owners that hold a lock for long while others wait for it, and says what they do. */
public final class LongHoldDetector implements Detector {

  /*
   * Live, the same owner must have kept the same waiters waiting for the whole of a trend. A dump
   * is one look, taken because something was wrong: there a queue behind an owner is worth telling
   * even though it may be a convoy caught in passing, and the finding says that one look cannot
   * tell the two apart. Waiters that can never get the lock belong to a deadlock. The owner at the
   * end of a chain of waits is the one to blame; whoever only passes its wait on is not.
   */
  private final Thresholds thresholds;

  public LongHoldDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "long-hold";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    for (LockQueue queue : LockQueue.of(look.observation(), look.index()).values()) {
      boolean standing = queue.waiters().size() >= thresholds.standingWaiters();
      if (!standing && !isFromDump(queue) || !isOneOwnersDoing(queue, look)) {
        continue;
      }
      Instant since = stoodSince(queue, timeline);
      Duration held = Duration.between(since, look.observation().time());
      boolean stands = standing && held.toMillis() >= thresholds.trend().toMillis() * Trend.FULL;
      if (stands || isFromDump(queue) && !isHandedOn(queue, since, timeline)) {
        findings.add(finding(queue, since, held, stands, look));
      }
    }
    return findings;
  }

  /** Whether one owner that can still go on is to blame, and the code of the waiters is known. */
  private static boolean isOneOwnersDoing(LockQueue queue, Look look) {
    return queue.owners().size() == 1
        && !look.graph().isStuck(queue.owners().get(0).id())
        && !queue.isStuck(look.graph())
        && !LockQueue.place(List.of(queue)).isEmpty();
  }

  /** Whether a series shows that this queue moves: then it is a convoy, or nothing. */
  private boolean isHandedOn(LockQueue queue, Instant since, Timeline timeline) {
    List<Observation> looks = Trend.of(timeline, thresholds).looks();
    if (looks.size() < thresholds.looks() || !since.equals(timeline.latest().time())) {
      return false;
    }
    Observation before = looks.get(looks.size() - 2);
    return LockQueue.of(before, new ObservationIndex(before)).containsKey(queue.lock().id());
  }

  private static boolean isFromDump(LockQueue queue) {
    return queue.waiters().stream().allMatch(waiter -> waiter.evidence() != null);
  }

  /** The earliest look since which the same owner kept all of its waiters waiting. */
  private Instant stoodSince(LockQueue now, Timeline timeline) {
    List<Observation> looks = Trend.of(timeline, thresholds).looks();
    LockQueue later = now;
    Instant since = timeline.latest().time();
    for (int i = looks.size() - 2; i >= 0; i--) {
      Observation look = looks.get(i);
      LockQueue then = LockQueue.of(look, new ObservationIndex(look)).get(now.lock().id());
      if (then == null || !then.ownerIds().equals(now.ownerIds()) || then.movedUntil(later)) {
        break;
      }
      since = look.time();
      later = then;
    }
    return since;
  }

  private Finding finding(
      LockQueue queue, Instant since, Duration held, boolean stands, Look look) {
    Observation latest = look.observation();
    ObservedThread owner = queue.owners().get(0);
    Resource lock = queue.lock();
    String label = Words.label(lock);
    String place = LockQueue.place(List.of(queue));
    int waiters = queue.waiters().size();
    List<String> explanation = new ArrayList<>();
    explanation.add(
        "%s %s for %s at %s"
            .formatted(
                Words.list(queue.waiters().stream().map(Words::name).toList()),
                waiters == 1 ? "waits" : "wait",
                label,
                Frames.brief(place)));
    explanation.add(
        owner.stack().isEmpty()
            ? Words.name(owner) + " holds it"
            : "%s holds it and %s at %s"
                .formatted(Words.name(owner), doing(owner, look), Words.place(owner)));
    Resource ownersWait = look.index().waitedFor(owner);
    if (ownersWait != null) {
      explanation.add(Words.name(owner) + " itself waits for " + Words.label(ownersWait));
    }
    List<String> limits = new ArrayList<>();
    if (!stands) {
      limits.add(
          "how long it is held: one look cannot tell a long hold from a convoy; take two more"
              + " dumps, some seconds apart");
    }
    limits.addAll(latest.limits());
    return new Finding(
        Signature.id(
            type(),
            List.of(
                lock.kind().label(),
                lock.className(),
                Frames.method(place),
                Frames.method(Frames.ownFrame(owner.stack())))),
        type(),
        Finding.State.OPENED,
        Certainty.SUSPECTED,
        severity(waiters, stands, owner, look),
        headline(owner, label, waiters, held),
        since,
        latest.time(),
        latest.jvm(),
        queue.participants(look.index()),
        List.of(lock),
        List.of(),
        explanation,
        List.of(
            NextStep.now(
                "look at what " + Words.name(owner) + " is doing: everything here waits for it"),
            NextStep.cause(
                "slow work is done while holding the lock: "
                    + (owner.stack().isEmpty() ? "take a stack of the owner" : Words.place(owner))),
            NextStep.fix("do the slow part before taking the lock or after releasing it")),
        limits);
  }

  /**
   * In one look, an owner that runs may be on its way out: what waits for it meanwhile is a queue
   * only where it is longer than what meets by chance in a busy server.
   */
  private Severity severity(int waiters, boolean stands, ObservedThread owner, Look look) {
    boolean mayPass = !stands && !Waits.waits(owner, look);
    int many = mayPass ? 2 * thresholds.sameErrand() : thresholds.standingWaiters();
    return waiters >= many ? Severity.WARNING : Severity.ADVICE;
  }

  private static String headline(ObservedThread owner, String label, int waiters, Duration held) {
    String howLong = held.toMillis() < 1000 ? "" : ", for %d s now".formatted(held.toSeconds());
    return "%s holds %s, for which %s %s%s"
        .formatted(
            Words.name(owner),
            label,
            Words.counted(waiters, "thread"),
            waiters == 1 ? "waits" : "wait",
            howLong);
  }

  private static String doing(ObservedThread owner, Look look) {
    if (look.facts(owner).isIn(StackTag.BLOCKING_IO)) {
      return "is in input or output";
    }
    return switch (owner.state()) {
      case RUNNABLE -> "runs";
      case BLOCKED, WAITING, TIMED_WAITING -> "waits";
      case NEW, TERMINATED, UNKNOWN -> "is";
    };
  }
}
