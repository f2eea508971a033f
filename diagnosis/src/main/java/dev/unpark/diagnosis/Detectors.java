package dev.unpark.diagnosis;

import dev.unpark.diagnosis.detect.Detector;
import java.util.List;

/** Every detector that there is. */
public final class Detectors {
  private Detectors() {}

  public static List<Detector> all() {
    return List.of();
  }
}
