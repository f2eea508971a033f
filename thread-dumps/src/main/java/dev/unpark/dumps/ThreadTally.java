package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Frames;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedThread;
import org.jspecify.annotations.Nullable;

/**
 * Counts threads that start and end, by name. Confined to its reader. <b>When full:</b> further
 * names count as {@value WaitTally#OTHERS}.
 */
final class ThreadTally {
  private static final int MOST_NAMES = 5000;

  private record Kind(String name, boolean virtual) {}

  private final Map<Kind, long[]> counts = new HashMap<>();

  void started(@Nullable RecordedThread thread) {
    count(thread)[0]++;
  }

  void ended(@Nullable RecordedThread thread) {
    count(thread)[1]++;
  }

  List<Recording.ThreadChurn> byStarts() {
    return counts.entrySet().stream()
        .map(
            entry ->
                new Recording.ThreadChurn(
                    entry.getKey().name(),
                    entry.getKey().virtual(),
                    entry.getValue()[0],
                    entry.getValue()[1]))
        .sorted(
            Comparator.comparingLong(Recording.ThreadChurn::started)
                .reversed()
                .thenComparing(Recording.ThreadChurn::name))
        .toList();
  }

  /** The thread's name; empty when there is none, as many virtual threads have none. */
  static String name(@Nullable RecordedThread thread) {
    if (thread == null) {
      return "";
    }
    String name = thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName();
    return name == null ? "" : PrintedThread.cut(name);
  }

  private long[] count(@Nullable RecordedThread thread) {
    boolean virtual = thread != null && thread.hasField("virtual") && thread.getBoolean("virtual");
    Kind kind = new Kind(Frames.namePattern(name(thread)), virtual);
    boolean room = counts.size() < MOST_NAMES || counts.containsKey(kind);
    return counts.computeIfAbsent(
        room ? kind : new Kind(WaitTally.OTHERS, false), key -> new long[2]);
  }
}
