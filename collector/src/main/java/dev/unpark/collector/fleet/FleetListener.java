package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;

/**
 * Hears what happens in the fleet. Called by the worker of the JVM, in order for each JVM; must not
 * wait.
 */
public interface FleetListener {
  /** A finding opened, changed or closed. */
  default void findingChanged(Finding finding) {}

  /** A JVM reports for the first time. */
  default void jvmAppeared(JvmIdentity jvm) {}

  /** A JVM reports as another process than before, or its clock went back: looked at afresh. */
  default void jvmRestarted(JvmIdentity jvm) {}

  /** A JVM has been silent for so long that it is forgotten. */
  default void jvmForgotten(JvmIdentity jvm) {}

  /** An observation could not be used. */
  default void observationDropped(JvmIdentity jvm, DropReason reason, String why) {}

  /** An observation was diagnosed, so many nanoseconds after it had arrived. */
  default void observationDiagnosed(long nanosSinceArrival) {}
}
