package dev.unpark.collector.incident;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.report.JsonWriter;
import java.time.Instant;

/**
 * A JVM that reports, or once did.
 *
 * @param jdk its version; empty when unknown
 * @param host its host's name; empty when unknown
 * @param pid {@link JvmIdentity#UNKNOWN_PID} when unknown
 */
public record SeenJvm(
    String service,
    String instance,
    String jdk,
    String host,
    long pid,
    Instant firstSeen,
    Instant lastSeen) {

  /** As an object of JSON. */
  public JsonWriter json() {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("service").value(service);
    json.name("instance").value(instance);
    json.name("jdk").value(jdk);
    json.name("host").value(host);
    if (pid != JvmIdentity.UNKNOWN_PID) {
      json.name("pid").value(pid);
    }
    json.name("firstSeen").value(firstSeen.toString());
    json.name("lastSeen").value(lastSeen.toString());
    return json.endObject();
  }
}
