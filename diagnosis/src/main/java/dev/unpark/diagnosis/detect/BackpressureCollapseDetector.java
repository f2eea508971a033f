package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds pools that are asked again and again for what they have just refused. */
public final class BackpressureCollapseDetector implements Detector {

  /*
   * A pool that refuses what is too much does its work, also when twice as much comes as it can do.
   * Ten refusals for one task that is done are another matter: nobody has so many callers. Those who
   * are refused come back at once, and what refuses them takes the processor from what would do the
   * work.
   */
  private final Thresholds thresholds;

  public BackpressureCollapseDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "backpressure-collapse";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    if (look.observation().executors().stream()
        .noneMatch(pool -> pool.rejected() >= thresholds.refusals())) {
      return List.of(); // The usual case.
    }
    Trend trend = Trend.of(timeline, thresholds);
    if (!trend.isLongEnough()) {
      return List.of();
    }
    Map<String, ExecutorState> before = byId(trend.looks().get(0));
    List<Finding> findings = new ArrayList<>();
    for (ExecutorState pool : look.observation().executors()) {
      ExecutorState then = before.get(pool.id());
      // Without a worker it has been shut down, and refuses whatever comes.
      if (then != null && !pool.workers().isEmpty()) {
        long refused = pool.rejected() - then.rejected();
        long done = Math.max(0, pool.completed() - then.completed());
        if (refused >= thresholds.refusals() && refused >= thresholds.refusalsPerTask() * done) {
          findings.add(finding(pool, refused, done, trend, look));
        }
      }
    }
    return findings;
  }

  private static Map<String, ExecutorState> byId(Observation look) {
    Map<String, ExecutorState> states = new HashMap<>();
    look.executors().forEach(pool -> states.put(pool.id(), pool));
    return states;
  }

  private Finding finding(ExecutorState pool, long refused, long done, Trend trend, Look look) {
    long seconds = Math.max(1, trend.span().toSeconds());
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s refused %s in %d s and did %d"
                    .formatted(Words.pool(pool), Words.counted(refused, "task"), seconds, done))
            .since(look.observation().time().minus(trend.span()))
            .signedBy(pool.name())
            .signedBy(pool.site())
            .about(pool)
            .because(
                "for each task that was done more than %d were refused: callers that are refused"
                        .formatted(thresholds.refusalsPerTask())
                    + " come back at once");
    if (pool.queueCapacity() != ExecutorState.UNBOUNDED) {
      suspicion.because(
          "%d of %d places of its queue are taken, %d of %s work"
              .formatted(
                  pool.queued(),
                  pool.queueCapacity(),
                  pool.active(),
                  Words.counted(pool.workers().size(), "worker")));
    }
    return suspicion
        .now("switch off the retries of those who give it tasks, or shed load in front of them")
        .cause("a refusal is answered by the next try instead of by waiting or giving up")
        .fix("let callers wait (CallerRunsPolicy, a bounded put) or back off, and give up in time")
        .unseen("who gives it the tasks: look for calls of execute and submit in a loop")
        .finding();
  }
}
