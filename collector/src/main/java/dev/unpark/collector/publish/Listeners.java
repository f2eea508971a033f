package dev.unpark.collector.publish;

import dev.unpark.collector.fleet.DropReason;
import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells every listener, in the order in which they were added. */
public final class Listeners implements FleetListener {
  private final List<FleetListener> listeners = new CopyOnWriteArrayList<>();

  public void add(FleetListener listener) {
    listeners.add(listener);
  }

  @Override
  public void findingChanged(Finding finding) {
    listeners.forEach(listener -> listener.findingChanged(finding));
  }

  @Override
  public void jvmAppeared(JvmIdentity jvm) {
    listeners.forEach(listener -> listener.jvmAppeared(jvm));
  }

  @Override
  public void jvmRestarted(JvmIdentity jvm) {
    listeners.forEach(listener -> listener.jvmRestarted(jvm));
  }

  @Override
  public void jvmForgotten(JvmIdentity jvm) {
    listeners.forEach(listener -> listener.jvmForgotten(jvm));
  }

  @Override
  public void observationDropped(JvmIdentity jvm, DropReason reason, String why) {
    listeners.forEach(listener -> listener.observationDropped(jvm, reason, why));
  }

  @Override
  public void observationDiagnosed(long nanosSinceArrival) {
    listeners.forEach(listener -> listener.observationDiagnosed(nanosSinceArrival));
  }
}
