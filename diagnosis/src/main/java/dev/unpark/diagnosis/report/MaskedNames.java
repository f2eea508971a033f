package dev.unpark.diagnosis.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stands in for names, the same for the same. Threads of one kind stay of one kind. */
final class MaskedNames {
  private static final Set<String> OF_THE_JDK =
      Set.of(
          "main",
          "Reference Handler",
          "Finalizer",
          "Signal Dispatcher",
          "Common-Cleaner",
          "Attach Listener",
          "Notification Thread",
          "Service Thread",
          "Monitor Deflation Thread",
          "Sweeper thread",
          "VM Thread",
          "VM Periodic Task Thread",
          "DestroyJavaVM",
          "process reaper",
          "VirtualThread-unparker",
          "Read-Poller",
          "Write-Poller");

  /** Kinds of names, digits as {@code #}. */
  private static final List<String> KINDS_OF_THE_JDK =
      List.of(
          "Thread-#",
          "pool-#-thread-#",
          "ForkJoinPool-#-worker-#",
          "ForkJoinPool.commonPool-worker-#",
          "ForkJoinPool-#",
          "C# CompilerThread#",
          "GC Thread##",
          "GC Thread#");

  private final Map<String, String> kinds = new HashMap<>();
  private final Map<String, String> threads = new HashMap<>();
  private final Map<String, Integer> members = new HashMap<>();
  private final Map<String, Map<String, String>> others = new HashMap<>();

  /** {@code masked-c-12}: the twelfth name of the third kind that was met. */
  String thread(String name) {
    String pattern = Mask.kind(name);
    if (name.isEmpty() || isOfTheJdk(name, pattern)) {
      return name;
    }
    return threads.computeIfAbsent(
        name, key -> kind(pattern) + "-" + members.merge(pattern, 1, Integer::sum));
  }

  /** {@code masked-c-#}. */
  String pattern(String pattern) {
    return pattern.isEmpty() || isOfTheJdk(pattern, pattern) ? pattern : kind(pattern) + "-#";
  }

  /** {@code jvm-1}: another name, of that sort. */
  String other(String sort, String name) {
    Map<String, String> known = others.computeIfAbsent(sort, key -> new HashMap<>());
    return known.computeIfAbsent(name, key -> sort + "-" + (known.size() + 1));
  }

  private static boolean isOfTheJdk(String name, String pattern) {
    return OF_THE_JDK.contains(name) || KINDS_OF_THE_JDK.contains(pattern);
  }

  private String kind(String pattern) {
    return kinds.computeIfAbsent(pattern, key -> "masked-" + letters(kinds.size()));
  }

  /** a to z, aa, ab: no digits, which patterns of names leave out. */
  private static String letters(int n) {
    StringBuilder out = new StringBuilder();
    for (int rest = n + 1; rest > 0; rest = (rest - 1) / 26) {
      out.insert(0, (char) ('a' + (rest - 1) % 26));
    }
    return out.toString();
  }
}
