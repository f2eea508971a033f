package dev.unpark.diagnosis.model;

import java.util.Objects;

/**
 * Which JVM was looked at.
 *
 * @param service the service's name, {@code service.name} of OpenTelemetry; never empty
 * @param instance which instance of the service, {@code service.instance.id}; never empty
 * @param pid process id, or {@link #UNKNOWN_PID}
 * @param jdk version of its JDK, such as {@code 25.0.3}; empty when unknown
 */
public record JvmIdentity(String service, String instance, long pid, String jdk) {
  /** A dump seldom says which process it was taken of. */
  public static final long UNKNOWN_PID = -1;

  public JvmIdentity {
    Objects.requireNonNull(jdk);
    if (service.isEmpty() || instance.isEmpty()) {
      throw new IllegalArgumentException(
          "a JVM needs a service and an instance, got '%s' and '%s'".formatted(service, instance));
    }
  }
}
