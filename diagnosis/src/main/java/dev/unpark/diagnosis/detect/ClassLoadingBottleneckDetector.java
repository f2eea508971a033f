package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;

/** Finds threads that queue at one class loader: for its lock, or for that of an archive. */
public final class ClassLoadingBottleneckDetector implements Detector {
  private final Thresholds thresholds;

  public ClassLoadingBottleneckDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "class-loading-bottleneck";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    for (Errand errand : Errand.of(timeline, StackTag.CLASS_LOADING, thresholds)) {
      if (errand.isHabit(StackTag.CLASS_LOADING, timeline, thresholds)) {
        findings.add(finding(errand, look));
      }
    }
    return findings;
  }

  private Finding finding(Errand errand, Look look) {
    ObservedThread first = errand.waiters().get(0);
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s wait for %s to load a class"
                    .formatted(Words.counted(errand.waiters().size(), "thread"), errand.label()))
            .signedBy(errand.label())
            .signedBy(Waits.method(first, look));
    return errand
        .tell(suspicion, look)
        .because("the load is asked for at " + Waits.place(first, look))
        .now("wait if the JVM has just started: this passes once the classes are loaded")
        .cause(
            "the same classes are looked up again and again, or the loader takes one lock for"
                + " all, or a class that does not exist is searched for each time")
        .fix(
            "keep the class or the result of the lookup instead of asking by name, and register"
                + " the loader as parallel capable")
        .unseen("which classes: start with -Xlog:class+load, or take jcmd PID VM.classloader_stats")
        .finding();
  }
}
