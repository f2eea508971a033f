package dev.unpark.dumps;

import java.util.HashMap;
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

  private static final int SLOTS = 1 << 14;
  private static final int PROBES = 8;

  private final Map<String, String> known = new HashMap<>();
  private String[] lines = {};
  private String[] frames = {};

  String of(String printed) {
    if (printed.length() > PrintedThread.LONGEST) {
      return PrintedThread.cut(printed);
    }
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

  /** The frame that stands behind the first characters of a line. */
  String of(String line, int from) {
    if (lines.length == 0) {
      lines = new String[SLOTS];
      frames = new String[SLOTS];
    }
    // A line that comes again is the same string, which knows its hash: see LineSource.
    int slot = spread(line.hashCode());
    int free = slot;
    for (int probe = 0; probe < PROBES; probe++) {
      int at = (slot + probe) & (SLOTS - 1);
      String seen = lines[at];
      if (seen == null) {
        free = at;
        break;
      }
      if (seen == line || seen.equals(line)) {
        return frames[at];
      }
    }
    String frame = of(line.substring(from).stripTrailing());
    if (line.length() > PrintedThread.LONGEST) {
      return frame;
    }
    lines[free] = line;
    frames[free] = frame;
    return frame;
  }

  private static int spread(int hash) {
    return (hash ^ hash >>> 15) & (SLOTS - 1);
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
}
