package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Frames;
import java.util.List;
import java.util.Map;

/**
 * A stack at which threads of a file stand, and what follows from it, concluded once. Confined to
 * its reader.
 */
final class SharedStack {
  private final List<String> frames;
  private final Map<String, Long> frameHashes;
  private String fingerprint = "";
  private String site = "";

  /**
   * @param frames innermost first
   * @param frameHashes of the frames that were seen before: stacks share most of theirs
   */
  SharedStack(List<String> frames, Map<String, Long> frameHashes) {
    this.frames = List.copyOf(frames);
    this.frameHashes = frameHashes;
  }

  List<String> frames() {
    return frames;
  }

  /** The innermost frame of the user's own code, without its package. */
  String site() {
    if (site.isEmpty()) {
      site = Frames.brief(Frames.ownFrame(frames));
    }
    return site;
  }

  /**
   * A number that two stacks share when they are the same code, whatever number the JVM gave to the
   * hidden classes in them.
   */
  String fingerprint() {
    if (fingerprint.isEmpty()) {
      long hash = 1125899906842597L;
      for (String frame : frames) {
        hash = 31 * hash + frameHashes.computeIfAbsent(frame, SharedStack::hash);
      }
      fingerprint = Long.toHexString(hash);
    }
    return fingerprint;
  }

  private static long hash(String frame) {
    String stable =
        frame.contains("/0x") ? frame.replaceAll("(\\$\\d+)?/0x\\p{XDigit}+", "") : frame;
    long hash = 7;
    for (int i = 0; i < stable.length(); i++) {
      hash = 1099511628211L * (hash ^ stable.charAt(i));
    }
    return hash;
  }
}
