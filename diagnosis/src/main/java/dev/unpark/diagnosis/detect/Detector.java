package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.List;

/** Finds one kind of trouble. Implementations are final, stateless and safe for any thread. */
public interface Detector {
  /** The finding's type, which also names the runbook: {@code lock-convoy}. */
  String type();

  /**
   * Looks at a timeline that holds at least one observation.
   *
   * @return what is wrong at its newest look; each in state {@code OPENED}, since when the timeline
   *     shows it; empty when nothing is
   */
  List<Finding> examine(Timeline timeline);
}
