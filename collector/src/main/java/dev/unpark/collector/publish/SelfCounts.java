package dev.unpark.collector.publish;

import dev.unpark.collector.fleet.DropReason;
import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.Duration;

/** Counts under {@code unpark.collector.*} what happens in the fleet. */
public final class SelfCounts implements FleetListener {
  private final SelfMetrics self;

  public SelfCounts(SelfMetrics self) {
    this.self = self;
  }

  @Override
  public void observationDropped(JvmIdentity jvm, DropReason reason, String why) {
    self.dropped(Signal.LOGS, reason.label(), 1);
  }

  @Override
  public void observationDiagnosed(long nanosSinceArrival) {
    self.analysed(Duration.ofNanos(nanosSinceArrival));
  }
}
