package dev.unpark.dumps;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;

/** What a flight recording leaves out because of its settings, and how to see it. */
final class RecordingLimits {
  private static final Map<String, String> WAITS =
      Map.of(
          "jdk.JavaMonitorEnter", "waits for monitors",
          "jdk.JavaMonitorWait", "waits in Object.wait",
          "jdk.ThreadPark", "waits for locks of java.util.concurrent, queues and futures",
          "jdk.ThreadDump", "thread dumps",
          "jdk.VirtualThreadPinned", "pinned virtual threads");

  private static final int MOST = 10_000;

  /** Settings in force, by event type and name of the setting; the last one counts. */
  private final Map<String, String> settings = new HashMap<>();

  private final Map<Long, String> names = new HashMap<>();

  /** An event {@code jdk.ActiveSetting}: it names the event type that it is for by number. */
  void setting(RecordedEvent event) {
    if (settings.size() >= MOST) {
      return;
    }
    String name = event.getString("name");
    String value = event.getString("value");
    if (("enabled".equals(name) || "threshold".equals(name)) && value != null) {
      settings.put(event.getLong("id") + " " + name, PrintedThread.cut(value));
    }
  }

  void type(long id, String name) {
    if (WAITS.containsKey(name)) {
      names.put(id, name);
    }
  }

  /** {@code 20 ms} as 20; 0 when it is no time. */
  private static double millis(String threshold) {
    int blank = threshold.indexOf(' ');
    if (blank < 1 || blank > 12 || !threshold.chars().limit(blank).allMatch(Character::isDigit)) {
      return 0;
    }
    double number = Double.parseDouble(threshold.substring(0, blank));
    return switch (threshold.substring(blank + 1)) {
      case "ns" -> number / 1e6;
      case "us" -> number / 1e3;
      case "ms" -> number;
      case "s" -> number * 1e3;
      case "m" -> number * 60e3;
      default -> 0;
    };
  }

  List<String> of(Map<String, Long> events, long bytesTorn) {
    List<String> limits = new ArrayList<>();
    names.forEach(
        (id, name) -> {
          String what = WAITS.getOrDefault(name, name);
          double threshold = millis(settings.getOrDefault(id + " threshold", ""));
          if ("false".equals(settings.get(id + " enabled"))) {
            limits.add(
                "%s: %s is switched off, `jcmd PID JFR.start settings=profile %s#enabled=true`"
                        .formatted(what, name, name)
                    + " shows them");
          } else if (threshold > 1) {
            limits.add(
                "%s shorter than %.0f ms: `jcmd PID JFR.start settings=profile %s#threshold=1ms` shows"
                        .formatted(what, threshold, name)
                    + " them");
          }
        });
    limits.sort(null);
    if (events.getOrDefault("jdk.ThreadPark", 0L) > 0) {
      limits.add(
          "owners of java.util.concurrent locks: no event has them, `jcmd PID Thread.print -l` does");
    }
    limits.add("waits that never ended: no event has them, thread dumps do");
    if (bytesTorn > 0) {
      limits.add("the end of the recording: it is torn");
    }
    return limits;
  }
}
