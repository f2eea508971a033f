package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.model.JvmIdentity;

/** What tells JVMs apart; process id and JDK may change under it when a JVM is restarted. */
public record JvmKey(String service, String instance) implements Comparable<JvmKey> {
  static JvmKey of(JvmIdentity jvm) {
    return new JvmKey(jvm.service(), jvm.instance());
  }

  @Override
  public int compareTo(JvmKey other) {
    int byService = service.compareTo(other.service);
    return byService != 0 ? byService : instance.compareTo(other.instance);
  }
}
