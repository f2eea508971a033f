package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the JVM's common pool with most of its workers waiting instead of computing. */
public final class CommonPoolBlockedDetector implements Detector {

  /*
   * The common pool has about as many workers as there are processors, and everybody shares them:
   * parallel streams, CompletableFuture, libraries. No stack tells it from other pools of its kind;
   * the name of its threads does, which the JDK gives and nobody else can. A worker that joins a
   * part of its own task, which another one computes, is about the pool's own business.
   */
  private static final String WORKER = "ForkJoinPool.commonPool-worker-";
  private static final String FORK_JOIN = "java.util.concurrent.ForkJoin";
  private static final int SOME = 2;

  private final Thresholds thresholds;

  public CommonPoolBlockedDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "common-pool-blocked";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<ObservedThread> workers = new ArrayList<>();
    List<ObservedThread> waiting = new ArrayList<>();
    for (ObservedThread thread : look.threadsWith(StackTag.WORKER)) {
      if (thread.name().startsWith(WORKER)) {
        workers.add(thread);
        if (look.facts(thread).runsTask()
            && Waits.waits(thread, look)
            && !joinsPart(look.facts(thread))
            && !Waits.mayPassSoon(thread, look)) {
          waiting.add(thread);
        }
      }
    }
    if (waiting.isEmpty() || waiting.size() < thresholds.waitingWorkers() * workers.size()) {
      return List.of();
    }
    Standing standing = new Standing(timeline, thresholds, waiting);
    List<ObservedThread> lasting =
        waiting.stream().filter(thread -> isLasting(thread, standing, waiting.size())).toList();
    return lasting.isEmpty() || lasting.size() < thresholds.waitingWorkers() * workers.size()
        ? List.of()
        : List.of(finding(lasting, workers.size(), look, standing));
  }

  private static boolean joinsPart(StackFacts facts) {
    return facts.isIn(StackTag.AWAITS_RESULT)
        && facts.frame(StackTag.AWAITS_RESULT).startsWith(FORK_JOIN);
  }

  /** One worker that waits in one look may be a moment; several that all do are a habit. */
  private boolean isLasting(ObservedThread thread, Standing standing, int waiting) {
    return Waits.fromDump(thread)
        ? waiting >= SOME || !standing.length(thread).isZero()
        : standing.length(thread).compareTo(thresholds.queueWait()) >= 0;
  }

  private Finding finding(List<ObservedThread> waiting, int all, Look look, Standing standing) {
    Map<String, List<ObservedThread>> byPlace = Waits.byPlace(waiting, look);
    String place = byPlace.keySet().iterator().next();
    Suspicion suspicion =
        new Suspicion(
                type(),
                waiting.size() >= thresholds.presence() * all ? Severity.WARNING : Severity.ADVICE,
                look,
                "%d of %s of the common pool %s instead of computing"
                    .formatted(
                        waiting.size(),
                        Words.counted(all, "worker"),
                        waiting.size() == 1 ? "waits" : "wait"))
            .since(standing.since(waiting.get(0)))
            .with(Role.WORKER, waiting);
    byPlace.forEach(
        (where, threads) ->
            suspicion
                .signedBy(Waits.method(threads.get(0), look))
                .because(
                    "%s: %s at %s"
                        .formatted(
                            Words.list(threads.stream().map(Words::name).toList()),
                            Waits.doing(threads.get(0), look),
                            where)));
    return suspicion
        .because("parallel streams and CompletableFuture of the whole JVM run on these workers")
        .now("expect whatever uses parallel streams or CompletableFuture to slow down or stop")
        .cause("tasks that wait are given to the common pool: " + place)
        .fix("give such tasks an executor of their own, as second argument of the async methods")
        .unseen("what is queued in the common pool; the agent sees it")
        .finding();
  }
}
