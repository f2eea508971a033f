package dev.unpark.diagnosis;

import dev.unpark.diagnosis.detect.DeadlockDetector;
import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.detect.LockConvoyDetector;
import dev.unpark.diagnosis.detect.LongHoldDetector;
import dev.unpark.diagnosis.detect.PoolExhaustionDetector;
import dev.unpark.diagnosis.detect.StarvationDeadlockDetector;
import dev.unpark.diagnosis.detect.Thresholds;
import java.util.List;

/** Every detector that there is. */
public final class Detectors {
  private Detectors() {}

  /** All detectors, with the thresholds that suit most JVMs. */
  public static List<Detector> all() {
    Thresholds thresholds = Thresholds.DEFAULT;
    return List.of(
        new DeadlockDetector(),
        new StarvationDeadlockDetector(),
        new PoolExhaustionDetector(thresholds),
        new LockConvoyDetector(thresholds),
        new LongHoldDetector(thresholds));
  }
}
