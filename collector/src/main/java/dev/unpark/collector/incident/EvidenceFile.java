package dev.unpark.collector.incident;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/**
 * A file that shows more of an incident than its finding tells.
 *
 * @param id unique; the same for the same content under the same name
 * @param incident that it belongs to
 * @param name as whoever added it calls it
 * @param instance in which it was taken; empty when nobody said
 * @param addedAt when it came
 * @param bytes how long it is
 * @param sha256 of its content, in hexadecimal digits
 */
public record EvidenceFile(
    String id,
    String incident,
    Kind kind,
    String name,
    String instance,
    Instant addedAt,
    long bytes,
    String sha256) {

  /** What a file is, as its first bytes tell; its name may say anything. */
  public enum Kind {
    /** A flight recording, of the JDK or of async-profiler. */
    RECORDING("recording"),
    /** A page, such as the flame graph that async-profiler draws. It is never shown as one. */
    PAGE("page"),
    /** Text, such as a thread dump. */
    TEXT("text"),
    OTHER("other");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    /** The kind of that label; {@link #OTHER} for one that this version does not know. */
    static Kind ofLabel(String label) {
      for (Kind kind : values()) {
        if (kind.label.equals(label)) {
          return kind;
        }
      }
      return OTHER;
    }

    /** The kind of a file that begins so. */
    public static Kind of(byte[] head) {
      if (head.length >= 4 && head[0] == 'F' && head[1] == 'L' && head[2] == 'R' && head[3] == 0) {
        return RECORDING;
      }
      for (byte each : head) {
        if (each >= 0 && each < ' ' && each != '\n' && each != '\r' && each != '\t') {
          return OTHER;
        }
      }
      String text =
          new String(head, StandardCharsets.UTF_8).stripLeading().toLowerCase(Locale.ROOT);
      return text.startsWith("<!doctype html") || text.startsWith("<html") ? PAGE : TEXT;
    }
  }
}
