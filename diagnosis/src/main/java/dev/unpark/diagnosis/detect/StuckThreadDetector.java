package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
   *
   * A plain read of a socket tells nothing of what it waits for. It counts where the source knows
   * that this JVM asked, not its peer, and where other tasks of the same pool have ended all the
   * while: those are short, so this one was to be short as well.
   */
  private static final int LOOKS_WITHOUT_CPU = 3;

  /** So many other tasks at least. */
  private static final int OTHERS_ENDED = 10;

  /** Where the JDK reads without a timeout; with one it waits in a poll. */
  private static final Set<String> UNTIMED =
      Set.of("sun.nio.ch.SocketDispatcher.read0", "sun.nio.ch.SocketDispatcher.read");

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
        waiting.stream()
            .filter(thread -> isStuck(thread, standing))
            .filter(thread -> isNamedCall(thread, look) || poolGoesOn(thread, standing, timeline))
            .toList();
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
        && (forWork
            || facts.isRemoteCall() && Waits.waits(thread, look)
            || facts.isIn(StackTag.BLOCKING_SOCKET) && peer(thread, look) != null);
  }

  private static boolean isNamedCall(ObservedThread thread, Look look) {
    return look.facts(thread).isRemoteCall() || look.facts(thread).isIn(StackTag.AWAITS_RESULT);
  }

  /** The other side of a connection that this JVM has opened, or null where it is not known. */
  private static @Nullable Resource peer(ObservedThread thread, Look look) {
    Resource resource = look.index().waitedFor(thread);
    return resource != null && resource.kind() == ResourceKind.REMOTE ? resource : null;
  }

  private static boolean poolGoesOn(ObservedThread thread, Standing standing, Timeline timeline) {
    return executorOf(thread, timeline.latest())
        .map(pool -> pool.completed() - completedAt(pool.id(), standing.look(thread)))
        .filter(ended -> ended >= OTHERS_ENDED)
        .isPresent();
  }

  private static Optional<ExecutorState> executorOf(ObservedThread thread, Observation look) {
    return look.executors().stream()
        .filter(pool -> pool.workers().contains(thread.id()))
        .findFirst();
  }

  private static long completedAt(String pool, Observation look) {
    return look.executors().stream()
        .filter(then -> then.id().equals(pool))
        .mapToLong(ExecutorState::completed)
        .findFirst()
        .orElse(Long.MAX_VALUE);
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
    boolean remote = look.facts(first).isRemoteCall() || peer(first, look) != null;
    String does = Waits.doing(first, look);
    boolean mayBeMeant =
        threads.size() == 1 && remote && !look.facts(first).isIn(StackTag.DATABASE);
    Suspicion suspicion =
        new Suspicion(
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
            .because(
                "each look shows the same lines, and next to no processor time was used between");
    sayMore(suspicion, threads, look, standing);
    return suspicion
        .now(
            remote
                ? "look at the other side: is it slow, gone, or waiting for a lock of its own?"
                : "find the work that is waited for: does any thread still run it?")
        .cause("a call without a timeout that fits its caller's patience: " + place)
        .fix(
            isUntimed(first)
                ? "set a read timeout (setSoTimeout, or the client's own), and say what to do when it"
                    + " is over"
                : "give the call a timeout, and what to do when it is over")
        .unseen("whether this is meant: a long poll, a watch or a stream looks the same")
        .unseen("which request or statement it is; the other side's log may tell")
        .finding();
  }

  /** Whom they wait for, and that nothing will end it but an answer. */
  private static void sayMore(
      Suspicion suspicion, List<ObservedThread> threads, Look look, Standing standing) {
    List<String> peers =
        threads.stream()
            .map(thread -> peer(thread, look))
            .filter(Objects::nonNull)
            .map(Resource::id)
            .distinct()
            .toList();
    if (!peers.isEmpty()) {
      suspicion.because("connected from here, and silent since: " + Words.list(peers));
      ObservedThread first = threads.get(0);
      executorOf(first, look.observation())
          .ifPresent(
              pool ->
                  suspicion.because(
                      "%s has ended %s meanwhile"
                          .formatted(
                              Words.pool(pool),
                              Words.counted(
                                  pool.completed() - completedAt(pool.id(), standing.look(first)),
                                  "other task"))));
    }
    if (threads.stream().allMatch(StuckThreadDetector::isUntimed)) {
      suspicion.because(
          "no read timeout is set there: only an answer, or the end of the connection, ends it");
    }
  }

  private static boolean isUntimed(ObservedThread thread) {
    return !thread.stack().isEmpty() && UNTIMED.contains(Frames.method(thread.stack().get(0)));
  }
}
