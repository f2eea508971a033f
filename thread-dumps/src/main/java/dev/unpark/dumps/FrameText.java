package dev.unpark.dumps;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings frames into the one spelling of the model: {@code package.Class.method(File.java:12)}.
 *
 * <pre>
 *   java.lang.Thread.run(java.base@17.0.15/Thread.java:840)    module inside, HotSpot text
 *   java.base/java.lang.Thread.run(Thread.java:1474)           module before, Thread.dump_to_file
 *   app//shop.Till.main(Till.java:9)                           loader before
 *   Job$$Lambda/0x00007f4c.run(Unknown Source)                 no module: a hidden class
 * </pre>
 *
 * <p>Threads share most of their frames, so equal lines become one string. <b>When full:</b> it
 * starts anew.
 */
final class FrameText {
  private static final int REMEMBERED = 50_000;

  private final Map<String, String> known = new HashMap<>();

  String of(String printed) {
    String frame = known.get(printed);
    if (frame == null) {
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      frame = withoutModule(printed);
      known.put(printed, frame);
    }
    return frame;
  }

  static String withoutModule(String printed) {
    int parenthesis = printed.indexOf('(');
    if (parenthesis < 0) {
      return withoutLoader(printed);
    }
    String place = printed.substring(parenthesis + 1);
    int slash = place.lastIndexOf('/');
    return withoutLoader(printed.substring(0, parenthesis)) + '(' + place.substring(slash + 1);
  }

  private static String withoutLoader(String method) {
    int slash = method.lastIndexOf('/');
    while (slash >= 0 && method.startsWith("0x", slash + 1)) {
      slash = slash == 0 ? -1 : method.lastIndexOf('/', slash - 1);
    }
    return method.substring(slash + 1);
  }

  /**
   * A number that two stacks share when they are the same code, whatever number the JVM gave to the
   * hidden classes in them.
   */
  static String fingerprint(List<String> stack) {
    long hash = 1125899906842597L;
    for (String frame : stack) {
      String stable =
          frame.contains("/0x") ? frame.replaceAll("(\\$\\d+)?/0x\\p{XDigit}+", "") : frame;
      for (int i = 0; i < stable.length(); i++) {
        hash = 31 * hash + stable.charAt(i);
      }
      hash = 31 * hash + '\n';
    }
    return Long.toHexString(hash);
  }
}
