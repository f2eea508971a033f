package dev.unpark.diagnosis;

import dev.unpark.diagnosis.detect.BackpressureCollapseDetector;
import dev.unpark.diagnosis.detect.CacheStampedeDetector;
import dev.unpark.diagnosis.detect.CarrierStarvationDetector;
import dev.unpark.diagnosis.detect.ClassLoadingBottleneckDetector;
import dev.unpark.diagnosis.detect.CommonPoolBlockedDetector;
import dev.unpark.diagnosis.detect.DatabaseDeadlockDetector;
import dev.unpark.diagnosis.detect.DeadlockDetector;
import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.detect.EventLoopBlockedDetector;
import dev.unpark.diagnosis.detect.FinalizerBlockedDetector;
import dev.unpark.diagnosis.detect.LivelockDetector;
import dev.unpark.diagnosis.detect.LockConvoyDetector;
import dev.unpark.diagnosis.detect.LockStarvationDetector;
import dev.unpark.diagnosis.detect.LoggingBottleneckDetector;
import dev.unpark.diagnosis.detect.LongHoldDetector;
import dev.unpark.diagnosis.detect.LostWakeupDetector;
import dev.unpark.diagnosis.detect.OrphanedWaitDetector;
import dev.unpark.diagnosis.detect.PoolExhaustionDetector;
import dev.unpark.diagnosis.detect.PoolResizeThrashDetector;
import dev.unpark.diagnosis.detect.PriorityInversionDetector;
import dev.unpark.diagnosis.detect.ResourcePoolStarvationDetector;
import dev.unpark.diagnosis.detect.StarvationDeadlockDetector;
import dev.unpark.diagnosis.detect.StuckThreadDetector;
import dev.unpark.diagnosis.detect.ThreadLeakDetector;
import dev.unpark.diagnosis.detect.Thresholds;
import dev.unpark.diagnosis.detect.ThunderingHerdDetector;
import dev.unpark.diagnosis.detect.VirtualThreadPinningDetector;
import java.util.List;

/** Every detector that there is. */
public final class Detectors {
  private Detectors() {}

  /** All detectors, with the thresholds that suit most JVMs. */
  public static List<Detector> all() {
    Thresholds thresholds = Thresholds.DEFAULT;
    return List.of(
        new DeadlockDetector(thresholds),
        new StarvationDeadlockDetector(thresholds),
        new LostWakeupDetector(thresholds),
        new OrphanedWaitDetector(thresholds),
        new ResourcePoolStarvationDetector(thresholds),
        new PoolExhaustionDetector(thresholds),
        new LockConvoyDetector(thresholds),
        new LongHoldDetector(thresholds),
        new LockStarvationDetector(thresholds),
        new BackpressureCollapseDetector(thresholds),
        new CacheStampedeDetector(thresholds),
        new CarrierStarvationDetector(thresholds),
        new ClassLoadingBottleneckDetector(thresholds),
        new CommonPoolBlockedDetector(thresholds),
        new DatabaseDeadlockDetector(),
        new EventLoopBlockedDetector(thresholds),
        new FinalizerBlockedDetector(thresholds),
        new LivelockDetector(thresholds),
        new LoggingBottleneckDetector(thresholds),
        new PoolResizeThrashDetector(thresholds),
        new PriorityInversionDetector(thresholds),
        new StuckThreadDetector(thresholds),
        new ThreadLeakDetector(thresholds),
        new ThunderingHerdDetector(thresholds),
        new VirtualThreadPinningDetector(thresholds));
  }
}
