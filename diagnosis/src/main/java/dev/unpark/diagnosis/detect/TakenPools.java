package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pools without a free worker, in sources that know no executors: all workers wait, and nearly all
 * of them for the same kind of thing. And pools of connections of which all are in use.
 */
final class TakenPools {

  /*
   * A dump does not hold queues, so whether work waits for these workers is not known. That nearly
   * all of them wait for the same remote thing is what makes it worth telling; threads that loop for
   * ever in a pool rest or wait for work, which counts as idle, and a lock that all wait for has a
   * finding of its own.
   */
  private static final double SAME = 0.8;

  private static final int WORKERS = 3;

  /** What keeps workers from their next task. */
  private enum Cause {
    CONNECTIONS("a connection from its pool", "the connection pool is the narrow place"),
    DATABASE("the database", "the database answers slowly, or statements are slow"),
    CLIENT("a service that they call", "the called service answers slowly"),
    REMOTE("something remote", "the remote side answers slowly"),
    IO("a peer or a disk", "the peer or the disk is slow");

    private final String what;
    private final String why;

    Cause(String what, String why) {
      this.what = what;
      this.why = why;
    }

    /** Pools of the JDK may grow with their work, and then are never full; a server's may not. */
    private static boolean isServers(ObservedThread worker) {
      return worker.stack().stream()
          .noneMatch(
              frame -> frame.startsWith("java.util.concurrent.ThreadPoolExecutor.runWorker"));
    }

    static Optional<Cause> of(ObservedThread worker, StackFacts facts) {
      if (facts.isIn(StackTag.CONNECTION_POOL)) {
        return worker.state() == ThreadState.RUNNABLE ? Optional.empty() : Optional.of(CONNECTIONS);
      }
      boolean waits = worker.state() != ThreadState.RUNNABLE || facts.isIn(StackTag.BLOCKING_IO);
      if (!waits || facts.isIdle()) {
        return Optional.empty();
      }
      if (facts.isIn(StackTag.DATABASE)) {
        return Optional.of(DATABASE);
      }
      if (facts.isIn(StackTag.HTTP_CLIENT)) {
        return Optional.of(CLIENT);
      }
      if (facts.isIn(StackTag.REMOTE)) {
        return Optional.of(REMOTE);
      }
      return facts.isIn(StackTag.BLOCKING_IO) && isServers(worker)
          ? Optional.of(IO)
          : Optional.empty();
    }
  }

  private TakenPools() {}

  static List<Finding> examine(String type, Timeline timeline, Thresholds thresholds) {
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    boolean fromDump = look.observation().threads().stream().anyMatch(t -> t.evidence() != null);
    if (!fromDump) {
      return findings; // A live source knows its executors, and shows trends instead of one look.
    }
    for (WorkPool pool : WorkPool.of(look)) {
      if (pool.executor() == null && pool.idle() == 0 && pool.workers().size() >= WORKERS) {
        mainCause(pool, look).ifPresent(cause -> findings.add(taken(type, pool, cause, timeline)));
      }
    }
    for (BorrowQueue queue : BorrowQueue.of(look)) {
      boolean inUse = !queue.inside().isEmpty() || !queue.busy().isEmpty();
      if (inUse && queue.waiters().size() >= thresholds.standingWaiters()) {
        findings.add(lent(type, queue, timeline));
      }
    }
    return findings;
  }

  private static Optional<Cause> mainCause(WorkPool pool, Look look) {
    Map<Cause, Integer> count = new EnumMap<>(Cause.class);
    for (ObservedThread worker : pool.workers()) {
      if (look.graph().isStuck(worker.id())) {
        return Optional.empty(); // A knot's affair.
      }
      Cause.of(worker, look.facts(worker)).ifPresent(cause -> count.merge(cause, 1, Integer::sum));
    }
    return count.entrySet().stream()
        .filter(entry -> entry.getValue() >= SAME * pool.workers().size())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private static Finding taken(String type, WorkPool pool, Cause cause, Timeline timeline) {
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.WARNING,
            timeline.look(),
            "%s has no free worker: nearly all of %d wait for %s"
                .formatted(pool.label(), pool.workers().size(), cause.what));
    pool.workers().forEach(t -> suspicion.with(Role.WORKER, t).signedBy(t));
    String places = Words.list(pool.workers().stream().map(Words::place).distinct().toList());
    return suspicion
        .because(
            "none of the %d workers of %s is idle; nearly all wait for %s, at %s"
                .formatted(pool.workers().size(), pool.label(), cause.what, places))
        .unseen("whether tasks queue: a dump does not hold queues; the agent does")
        .now("shed load in front of this pool, or fail fast what waits there")
        .cause(cause.why + ": " + places)
        .fix(
            "give that call a timeout and a limit of its own, so that it cannot take every"
                + " worker; size the pool by arrivals times service time")
        .since(Stance.of(pool.workers(), timeline).since())
        .finding();
  }

  private static Finding lent(String type, BorrowQueue queue, Timeline timeline) {
    boolean slow = !queue.inside().isEmpty();
    List<ObservedThread> users = slow ? queue.inside() : queue.busy();
    String places = Words.list(users.stream().map(Words::place).distinct().toList());
    Suspicion suspicion =
        new Suspicion(
            type,
            Severity.WARNING,
            timeline.look(),
            "%s wait for a connection: %s"
                .formatted(
                    Words.counted(queue.waiters().size(), "thread"),
                    slow
                        ? Words.counted(users.size(), "other")
                            + (users.size() == 1 ? " waits" : " wait")
                            + " for the database"
                        : Words.counted(users.size(), "other") + " may keep theirs without use"));
    users.forEach(t -> suspicion.with(Role.HOLDER, t).signedBy(t));
    queue.waiters().forEach(t -> suspicion.with(Role.WAITER, t).signedBy(t));
    return suspicion
        .because(
            "%s wait for a connection of %s, at %s"
                .formatted(
                    Words.kinds(queue.waiters()), queue.library(), Words.list(queue.places())))
        .because(
            slow
                ? "%s inside the driver, at %s".formatted(Words.kinds(users), places)
                : "nobody is inside a driver; %s came by the code that asks and is elsewhere, at %s"
                    .formatted(Words.kinds(users), places))
        .unseen("how long each connection is lent: two more dumps, some seconds apart, tell")
        .now(
            slow
                ? "look at the database: its locks, its slowest statements"
                : "look at what those who have a connection do instead of using it")
        .cause(
            slow
                ? "the database is slow, the pool only shows it: " + places
                : "connections are kept during work that needs none: " + places)
        .fix(
            slow
                ? "make the statements faster and give them a timeout; a larger pool would only"
                    + " queue in the database"
                : "close the connection before that work, or begin it later")
        .since(Stance.of(queue.waiters(), timeline).since())
        .finding();
  }
}
