package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds tasks that made no progress over a series of looks though they should: they wait for one
 * answer, at the same lines, without using the processor.
 */
public final class StuckThreadDetector implements Detector {

  /*
   * Many threads stand still rightly. What should not is a task of a pool that waits for an answer
   * of a database, of another service, or of other work: somebody waits for the task. Queues at
   * locks have findings of their own. Without processor times a thread that came back to the same
   * lines looks the same, so more looks are asked for. A lone thread that waits for something remote,
   * no database, may be there for a long poll or a watch, and is advice.
   */
  private static final int LOOKS_WITHOUT_CPU = 3;

  private final Thresholds thresholds;

  public StuckThreadDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "stuck-thread";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<ObservedThread> waiting =
        look.threadsWith(StackTag.WORKER).stream()
            .filter(thread -> waitsForAnAnswer(thread, look))
            .filter(thread -> !look.graph().isStuck(thread.id()))
            .toList();
    if (waiting.isEmpty() || timeline.previous().isEmpty()) {
      return List.of();
    }
    Standing standing = new Standing(timeline, thresholds, waiting);
    List<ObservedThread> stuck =
        waiting.stream().filter(thread -> isStuck(thread, standing)).toList();
    List<Finding> findings = new ArrayList<>();
    Waits.byPlace(stuck, look)
        .forEach((place, threads) -> findings.add(finding(place, threads, look, standing)));
    return findings;
  }

  private static boolean waitsForAnAnswer(ObservedThread thread, Look look) {
    StackFacts facts = look.facts(thread);
    boolean forWork = facts.isIn(StackTag.AWAITS_RESULT) && thread.state() == ThreadState.WAITING;
    return facts.runsTask()
        && facts.hasOwnCode()
        && (forWork || facts.isRemoteCall() && Waits.waits(thread, look));
  }

  private boolean isStuck(ObservedThread thread, Standing standing) {
    boolean cpuKnown = thread.traits().cpuNanos() != ThreadTraits.UNKNOWN_CPU;
    return standing.length(thread).compareTo(thresholds.stuckTask()) >= 0
        && (cpuKnown || standing.looks(thread) >= LOOKS_WITHOUT_CPU);
  }

  private Finding finding(
      String place, List<ObservedThread> threads, Look look, Standing standing) {
    ObservedThread first = threads.get(0);
    Duration length =
        threads.stream().map(standing::length).max(Duration::compareTo).orElse(Duration.ZERO);
    boolean remote = look.facts(first).isRemoteCall();
    String does = Waits.doing(first, look);
    boolean mayBeMeant =
        threads.size() == 1 && remote && !look.facts(first).isIn(StackTag.DATABASE);
    return new Suspicion(
            type(),
            remote && !mayBeMeant ? Severity.WARNING : Severity.ADVICE,
            look,
            "%s made no progress for %d s at %s"
                .formatted(Words.counted(threads.size(), "thread"), length.toSeconds(), place))
        .since(look.observation().time().minus(length))
        .signedBy(Waits.method(first, look))
        .signedBy(Frames.namePattern(first.name()))
        .with(Role.MEMBER, threads)
        .because(
            "%s %s at %s"
                .formatted(
                    Words.list(threads.stream().map(Words::name).toList()),
                    threads.size() == 1 ? does : "each " + does,
                    place))
        .because("each look shows the same lines, and next to no processor time was used between")
        .now(
            remote
                ? "look at the other side: is it slow, gone, or waiting for a lock of its own?"
                : "find the work that is waited for: does any thread still run it?")
        .cause("a call without a timeout that fits its caller's patience: " + place)
        .fix("give the call a timeout, and what to do when it is over")
        .unseen("whether this is meant: a long poll, a watch or a stream looks the same")
        .unseen("which request or statement it is; the other side's log may tell")
        .finding();
  }
}
