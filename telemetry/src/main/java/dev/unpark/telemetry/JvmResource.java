package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.JvmIdentity;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Optional;

/** A JVM as an OTLP resource. */
public final class JvmResource {
  public static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  public static final AttributeKey<String> SERVICE_INSTANCE_ID =
      AttributeKey.stringKey("service.instance.id");
  public static final AttributeKey<Long> PROCESS_PID = AttributeKey.longKey("process.pid");
  public static final AttributeKey<String> PROCESS_RUNTIME_VERSION =
      AttributeKey.stringKey("process.runtime.version");
  public static final AttributeKey<String> HOST_NAME = AttributeKey.stringKey("host.name");

  private JvmResource() {}

  /** The attributes that name a JVM; an empty host name is left out. */
  public static Attributes attributes(JvmIdentity jvm, String hostName) {
    AttributesBuilder attributes =
        Attributes.builder()
            .put(SERVICE_NAME, jvm.service())
            .put(SERVICE_INSTANCE_ID, jvm.instance());
    if (jvm.pid() != JvmIdentity.UNKNOWN_PID) {
      attributes.put(PROCESS_PID, jvm.pid());
    }
    if (!jvm.jdk().isEmpty()) {
      attributes.put(PROCESS_RUNTIME_VERSION, jvm.jdk());
    }
    if (!hostName.isEmpty()) {
      attributes.put(HOST_NAME, hostName);
    }
    return attributes.build();
  }

  /**
   * The JVM that a resource names. Without {@code service.instance.id} the host and process id tell
   * instances apart; empty when nothing does, or when the service has no name.
   */
  public static Optional<JvmIdentity> identity(Attributes resource) {
    String service = text(resource, SERVICE_NAME);
    String host = text(resource, HOST_NAME);
    String instance = text(resource, SERVICE_INSTANCE_ID);
    Long pid = resource.get(PROCESS_PID);
    if (instance.isEmpty() && pid != null) {
      instance = host.isEmpty() ? Long.toString(pid) : host + ":" + pid;
    } else if (instance.isEmpty()) {
      instance = host;
    }
    if (service.isEmpty() || instance.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new JvmIdentity(
            service,
            instance,
            pid == null ? JvmIdentity.UNKNOWN_PID : pid,
            text(resource, PROCESS_RUNTIME_VERSION)));
  }

  private static String text(Attributes resource, AttributeKey<String> key) {
    String value = resource.get(key);
    return value == null ? "" : value;
  }
}
