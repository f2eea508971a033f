package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.model.JvmIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** What tells JVMs apart; process id and JDK may change under it when a JVM is restarted. */
public record JvmKey(String service, String instance) implements Comparable<JvmKey> {
  static JvmKey of(JvmIdentity jvm) {
    return new JvmKey(jvm.service(), jvm.instance());
  }

  /** Sixteen letters and digits for it, fit for a URL. */
  String id() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(service.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] hash = digest.digest(instance.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public int compareTo(JvmKey other) {
    int byService = service.compareTo(other.service);
    return byService != 0 ? byService : instance.compareTo(other.instance);
  }
}
