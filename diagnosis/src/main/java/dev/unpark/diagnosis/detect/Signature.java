package dev.unpark.diagnosis.detect;

import java.util.Collection;
import java.util.TreeSet;

/** Makes the stable part of a finding's id out of what does not change from run to run. */
final class Signature {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Signature() {}

  /**
   * The id of a finding: its type and a hash of these parts, whatever their order and however often
   * each occurs, so that 3 and 8 workers stuck in the same line are the same trouble.
   */
  static String id(String type, Collection<String> parts) {
    long hash = FNV_OFFSET; // FNV-1a: no provider to look up, the same on every JDK
    for (String part : new TreeSet<>(parts)) {
      for (int i = 0; i < part.length(); i++) {
        hash = (hash ^ part.charAt(i)) * FNV_PRIME;
      }
      hash = (hash ^ 0xff) * FNV_PRIME;
    }
    String hex = Long.toHexString(hash);
    return type + ":" + "0".repeat(16 - hex.length()) + hex;
  }
}
