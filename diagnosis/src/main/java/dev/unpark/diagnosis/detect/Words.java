package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How threads, locks and pools are called in the sentences of a finding. */
public final class Words {
  /** What can still end a wait for a future, though the threads that take part cannot. */
  static final String FROM_OUTSIDE =
      "whether a thread outside ends these waits: one that cancels the future when a time is up, or"
          + " completes it by hand";

  private static final int NAMES_SHOWN = 4;

  private Words() {}

  /** {@code a}, {@code a and b}, {@code a, b, c and 4 more}. */
  static String list(List<String> items) {
    if (items.size() <= 1) {
      return String.join("", items);
    }
    if (items.size() <= NAMES_SHOWN) {
      int last = items.size() - 1;
      return String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }
    return String.join(", ", items.subList(0, NAMES_SHOWN - 1))
        + " and "
        + (items.size() - NAMES_SHOWN + 1)
        + " more";
  }

  /** The thread's name; one without a name, as most virtual threads are, goes by its id. */
  public static String name(ObservedThread thread) {
    return thread.name().isBlank()
        ? (thread.virtual() ? "virtual thread #" : "thread #") + thread.id()
        : thread.name();
  }

  /** {@code 24 threads of "http-#" and 1 thread of "main"}. */
  public static String kinds(Collection<ObservedThread> threads) {
    Map<String, Integer> count = new TreeMap<>();
    threads.forEach(thread -> count.merge(Frames.namePattern(name(thread)), 1, Integer::sum));
    List<String> kinds = new ArrayList<>();
    count.forEach((name, n) -> kinds.add(counted(n, "thread") + " of \"" + name + "\""));
    return list(kinds);
  }

  /** {@code 1 task}, {@code 37 tasks}. */
  static String counted(long n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }

  /** {@code pool "pricing-#"}. */
  static String pool(ExecutorState executor) {
    String name = executor.name();
    if (name.isEmpty()) {
      return executor.site().isEmpty()
          ? "a " + simpleName(executor.type())
          : "the pool made at " + Frames.brief(executor.site());
    }
    return "pool \"" + name + "\"";
  }

  /**
   * Where a thread stands, as {@code Class.method(File.java:12)}; in a library, also who called it.
   */
  public static String place(ObservedThread thread) {
    return thread.stack().isEmpty()
        ? "an unknown place"
        : Frames.place(thread.stack(), Frames.ownFrame(thread.stack()));
  }

  /**
   * A name for each resource that tells it from the others of its kind without an address: {@code
   * ReentrantLock A}, {@code ReentrantLock B}, {@code the monitor of Account}.
   */
  public static Map<String, String> labels(Collection<Resource> resources) {
    Map<String, Integer> ofThatName = new LinkedHashMap<>();
    resources.forEach(resource -> ofThatName.merge(noun(resource), 1, Integer::sum));
    Map<String, Integer> used = new LinkedHashMap<>();
    Map<String, String> labels = new LinkedHashMap<>();
    for (Resource resource : resources) {
      String noun = noun(resource);
      int n = used.merge(noun, 1, Integer::sum);
      labels.put(
          resource.id(), ofThatName.getOrDefault(noun, 0) == 1 ? noun : noun + " " + letter(n - 1));
    }
    return labels;
  }

  /** {@code ReentrantLock}, {@code the monitor of Account}. */
  static String label(Resource resource) {
    return noun(resource);
  }

  /** {@code Account}; {@code String[]} and {@code byte[]} for what a JVM writes of arrays. */
  static String simpleName(String className) {
    int dimensions = 0;
    while (dimensions < className.length() && className.charAt(dimensions) == '[') {
      dimensions++;
    }
    String element = className.substring(dimensions);
    if (dimensions == 0) {
      return element.substring(element.lastIndexOf('.') + 1);
    }
    String name =
        element.endsWith(";")
            ? element.substring(element.lastIndexOf('.') + 1, element.length() - 1)
            : primitive(element);
    return name + "[]".repeat(dimensions);
  }

  private static String primitive(String letter) {
    return switch (letter) {
      case "B" -> "byte";
      case "C" -> "char";
      case "D" -> "double";
      case "F" -> "float";
      case "I" -> "int";
      case "J" -> "long";
      case "S" -> "short";
      case "Z" -> "boolean";
      default -> letter;
    };
  }

  private static String noun(Resource resource) {
    String simple = simpleName(resource.className());
    if (resource.kind() == ResourceKind.MONITOR) {
      return "the monitor of " + simple;
    }
    if (resource.kind() == ResourceKind.CLASS_INITIALIZATION) {
      return "the initialisation of " + simple;
    }
    return simple.isEmpty() ? resource.kind().label() : simple;
  }

  private static String letter(int n) {
    String letter = String.valueOf((char) ('A' + n % 26));
    return n < 26 ? letter : letter + n / 26;
  }
}
