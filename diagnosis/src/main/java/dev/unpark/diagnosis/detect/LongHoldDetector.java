package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Finds owners that hold a lock for long while others wait for it, and says what they do. */
public final class LongHoldDetector implements Detector {

  /*
   * Live, the same owner must have kept the same waiters waiting for the whole of a trend. A dump is
   * one look, and what it shows may be over the next moment: two threads meet at a lock in every
   * busy server. There an owner that is itself held up, asleep or by a peer, is evidence enough; one
   * that runs may be on its way out, and only numbers speak: more behind it than meet by chance, or
   * half of all threads that are at work. A dump is a sample of what threads do, so that share is
   * what the lock costs.
   *
   * The owner at the end of a chain of waits is the one to blame; whoever only passes its wait on is
   * not. Waiters that can never get the lock belong to a deadlock. Threads that take turns at
   * waiting for work, one of them with the lock in its hand, lose nothing by it.
   */

  private final Thresholds thresholds;

  /**
   * One owner and those whom it keeps waiting.
   *
   * @param queue the lock, its one owner and its waiters
   * @param behind who waits behind these waiters
   * @param since when it was first seen so
   * @param stands whether it has been seen so for the whole of a trend
   */
  private record Hold(LockQueue queue, List<ObservedThread> behind, Instant since, boolean stands) {
    ObservedThread owner() {
      return queue.owners().get(0);
    }

    int waiting() {
      return queue.waiters().size() + behind.size();
    }
  }

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
    Map<String, LockQueue> queues = LockQueue.of(look.observation(), look.index());
    LockChains chains = new LockChains(queues, look.index());
    List<LockQueue> candidates =
        queues.values().stream().filter(queue -> isCandidate(queue, chains, look)).toList();
    if (candidates.isEmpty()) {
      return List.of(); // The usual case ends here, before older looks are read again.
    }
    List<Observation> looks = Trend.of(timeline, thresholds).looks();
    List<Map<String, LockQueue>> history = LockQueue.ofEach(looks, timeline);
    long atWork = candidates.stream().anyMatch(LongHoldDetector::isFromDump) ? atWork(look) : 0;
    Set<String> told = new HashSet<>();
    List<Finding> findings = new ArrayList<>();
    for (LockQueue queue : endsFirst(candidates, chains)) {
      Hold hold = hold(queue, chains, looks, history);
      boolean passesOn = !chains.isEnd(queue);
      if (hold.stands()
          ? !passesOn || !told.contains(chains.end(queue))
          : !passesOn
              && isFromDump(queue)
              && !isHandedOn(queue, looks, history)
              && isMoreThanChance(hold, atWork, look)) {
        told.add(queue.lock().id());
        findings.add(finding(hold, look));
      }
    }
    return findings;
  }

  private static List<LockQueue> endsFirst(List<LockQueue> queues, LockChains chains) {
    return Stream.concat(
            queues.stream().filter(chains::isEnd), queues.stream().filter(q -> !chains.isEnd(q)))
        .toList();
  }

  /** Whether one owner that can still go on may be to blame, and the waiters' code is known. */
  private boolean isCandidate(LockQueue queue, LockChains chains, Look look) {
    int waiting = queue.waiters().size() + chains.behind(queue).size();
    return queue.owners().size() == 1
        && (waiting >= thresholds.standingWaiters() || isFromDump(queue))
        && queue.owners().get(0).state() != ThreadState.TERMINATED
        && !look.graph().isStuck(queue.owners().get(0).id())
        && !queue.isStuck(look.graph())
        && !takeTurns(queue, look)
        && !LockQueue.place(List.of(queue)).isEmpty();
  }

  /** Whether owner and waiters are all there to wait for work, one after the other. */
  private static boolean takeTurns(LockQueue queue, Look look) {
    return look.facts(queue.owners().get(0)).isIdle()
        && queue.waiters().stream().allMatch(waiter -> look.facts(waiter).isIdle());
  }

  private static boolean isFromDump(LockQueue queue) {
    return queue.waiters().stream().allMatch(Waits::fromDump);
  }

  private Hold hold(
      LockQueue queue,
      LockChains chains,
      List<Observation> looks,
      List<Map<String, LockQueue>> history) {
    Instant since = stoodSince(queue, looks, history);
    Duration held = Duration.between(since, looks.get(looks.size() - 1).time());
    List<ObservedThread> behind = chains.behind(queue);
    boolean queues = queue.waiters().size() + behind.size() >= thresholds.standingWaiters();
    boolean stands = held.toMillis() >= thresholds.trend().toMillis() * Trend.FULL;
    return new Hold(queue, behind, since, queues && stands);
  }

  /** The earliest look since which the same owner kept all of its waiters waiting. */
  private static Instant stoodSince(
      LockQueue now, List<Observation> looks, List<Map<String, LockQueue>> history) {
    int first = looks.size() - 1;
    LockQueue later = now;
    while (first > 0) {
      LockQueue then = history.get(first - 1).get(now.lock().id());
      if (then == null || !then.ownerIds().equals(now.ownerIds()) || then.movedUntil(later)) {
        break;
      }
      later = then;
      first--;
    }
    return looks.get(first).time();
  }

  /** Whether the look before shows that this queue moves: then it is a convoy, or nothing. */
  private static boolean isHandedOn(
      LockQueue queue, List<Observation> looks, List<Map<String, LockQueue>> history) {
    int last = looks.size() - 1;
    LockQueue before = last == 0 ? null : history.get(last - 1).get(queue.lock().id());
    return before != null
        && (!before.ownerIds().equals(queue.ownerIds()) || before.movedUntil(queue));
  }

  private boolean isMoreThanChance(Hold hold, long atWork, Look look) {
    if (Waits.hasJustGot(hold.owner())) {
      return hold.waiting() >= 2 * thresholds.sameErrand();
    }
    return isHeldUp(hold.owner(), look)
        || hold.waiting() >= thresholds.sameErrand()
        || hold.waiting() >= thresholds.waitingWorkers() * atWork;
  }

  /** Whether it is held up, and not in a queue that may move at any moment. */
  private static boolean isHeldUp(ObservedThread owner, Look look) {
    return Waits.isHeldUp(owner, look) && !Waits.mayPassSoon(owner, look);
  }

  /** Threads that do anything, or want to and stand before a lock. */
  private static long atWork(Look look) {
    return look.observation().threads().stream()
        .filter(
            thread ->
                Waits.lock(thread, look) != null || Activity.of(thread, look) == Activity.WORKS)
        .count();
  }

  private Finding finding(Hold hold, Look look) {
    ObservedThread owner = hold.owner();
    List<ObservedThread> waiters = hold.queue().waiters();
    Resource lock = hold.queue().lock();
    String place = LockQueue.place(List.of(hold.queue()));
    Suspicion suspicion =
        new Suspicion(type(), severity(hold, look), look, headline(hold, look))
            .since(hold.since())
            .signedBy(lock.kind().label())
            .signedBy(lock.className())
            .signedBy(Frames.method(place))
            .signedBy(Frames.method(Frames.ownFrame(owner.stack())))
            .with(Role.HOLDER, owner)
            .with(Role.WAITER, waiters)
            .with(Role.WAITER, hold.behind())
            .because(
                "%s %s for %s at %s"
                    .formatted(
                        Words.list(waiters.stream().map(Words::name).toList()),
                        waiters.size() == 1 ? "waits" : "wait",
                        Words.label(lock),
                        Frames.brief(place)))
            .because(
                owner.stack().isEmpty()
                    ? Words.name(owner) + " holds it"
                    : "%s holds it and %s at %s"
                        .formatted(Words.name(owner), doing(owner, look), Words.place(owner)));
    Resource ownersWait = look.index().waitedFor(owner);
    if (ownersWait != null) {
      suspicion.because(Words.name(owner) + " itself waits for " + Words.label(ownersWait));
    }
    if (!hold.behind().isEmpty()) {
      suspicion.because("behind them: " + Words.kinds(hold.behind()));
    }
    if (!hold.stands()) {
      suspicion.unseen(
          "how long it is held: one look cannot tell a long hold from a convoy; take two more"
              + " dumps, some seconds apart");
    }
    return suspicion
        .now("look at what " + Words.name(owner) + " is doing: everything here waits for it")
        .cause(
            "slow work is done while holding the lock: "
                + (owner.stack().isEmpty() ? "take a stack of the owner" : Words.place(owner)))
        .fix("do the slow part before taking the lock or after releasing it")
        .finding();
  }

  private Severity severity(Hold hold, Look look) {
    boolean mayPass = !hold.stands() && !isHeldUp(hold.owner(), look);
    int many = mayPass ? 2 * thresholds.sameErrand() : thresholds.standingWaiters();
    return hold.waiting() >= many ? Severity.WARNING : Severity.ADVICE;
  }

  private static String headline(Hold hold, Look look) {
    int waiters = hold.queue().waiters().size();
    int behind = hold.behind().size();
    Duration held = Duration.between(hold.since(), look.observation().time());
    return "%s holds %s, for which %s %s%s%s"
        .formatted(
            Words.name(hold.owner()),
            Words.label(hold.queue().lock()),
            Words.counted(waiters, "thread"),
            waiters == 1 ? "waits" : "wait",
            behind == 0
                ? ""
                : ", and %d more behind %s".formatted(behind, waiters == 1 ? "it" : "them"),
            held.toMillis() < 1000 ? "" : ", for %d s now".formatted(held.toSeconds()));
  }

  private static String doing(ObservedThread owner, Look look) {
    if (look.facts(owner).isIn(StackTag.BLOCKING_IO)) {
      return "is in input or output";
    }
    if (Waits.hasJustGot(owner)) {
      return "has only just got it,";
    }
    if (Waits.waits(owner, look)) {
      return "waits";
    }
    return owner.state() == ThreadState.RUNNABLE ? "runs" : "is";
  }
}
