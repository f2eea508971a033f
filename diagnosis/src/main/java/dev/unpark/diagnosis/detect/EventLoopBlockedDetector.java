package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds event loops in which somebody's code waits: all that the loop serves waits with it. */
public final class EventLoopBlockedDetector implements Detector {

  /*
   * A loop is known by the frame of its loop, whatever its thread is called. What counts is code
   * called from it that waits: a loop that waits for events is idle, and one that reads or writes a
   * socket does so without blocking. A queue before a lock may move at any moment, so it must stand
   * in two looks, unless the lock's owner waits too.
   */
  private final Thresholds thresholds;

  public EventLoopBlockedDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "event-loop-blocked";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<ObservedThread> waiting =
        look.threadsWith(StackTag.EVENT_LOOP).stream()
            .filter(thread -> waitsInACallback(thread, look))
            .toList();
    if (waiting.isEmpty()) {
      return List.of();
    }
    Standing standing = new Standing(timeline, thresholds, waiting);
    List<ObservedThread> blocked =
        waiting.stream().filter(thread -> isLasting(thread, look, standing)).toList();
    List<Finding> findings = new ArrayList<>();
    Waits.byPlace(blocked, look)
        .forEach((place, loops) -> findings.add(finding(place, loops, look, standing)));
    return findings;
  }

  private static boolean waitsInACallback(ObservedThread thread, Look look) {
    StackFacts facts = look.facts(thread);
    return !facts.isIdle()
        && !facts.isIn(StackTag.EVENT_LOOP)
        && Waits.waits(thread, look)
        && (thread.state() != ThreadState.RUNNABLE
            || facts.isRemoteCall()
            || facts.isIn(StackTag.BLOCKING_SOCKET));
  }

  private boolean isLasting(ObservedThread thread, Look look, Standing standing) {
    return Waits.fromDump(thread)
        ? !Waits.mayPassSoon(thread, look) || !standing.length(thread).isZero()
        : standing.length(thread).compareTo(thresholds.queueWait()) >= 0;
  }

  private Finding finding(String place, List<ObservedThread> loops, Look look, Standing standing) {
    ObservedThread first = loops.get(0);
    List<String> names = loops.stream().map(Words::name).toList();
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s of event loops %s at %s"
                    .formatted(
                        Words.counted(loops.size(), "thread"),
                        loops.size() == 1 ? "waits" : "wait",
                        place))
            .since(standing.since(first))
            .signedBy(Frames.namePattern(first.name()))
            .signedBy(Waits.method(first, look))
            .with(Role.MEMBER, loops)
            .because(
                "%s: the loop called %s, which %s"
                    .formatted(Words.list(names), place, Waits.doing(first, look)))
            .because("every connection and timer of such a loop waits until that call returns");
    ObservedThread owner = Waits.owner(Waits.lock(first, look), look);
    if (owner != null) {
      if (!loops.contains(owner)) {
        suspicion.with(Role.HOLDER, owner);
      }
      suspicion.because(
          "%s holds what it waits for, and %s at %s"
              .formatted(Words.name(owner), Waits.doing(owner, look), Waits.place(owner, look)));
    }
    return suspicion
        .now("restart or shed load: as long as the call hangs, its connections get no answer")
        .cause("a call that blocks is made on an event loop: " + place)
        .fix("call it on a pool of workers, or use the client that does not block")
        .unseen("how many connections the loop serves; its own metrics tell")
        .finding();
  }
}
