package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import org.jspecify.annotations.Nullable;

/**
 * The line that opens each thread of a HotSpot dump.
 *
 * <pre>
 *   "mx-1" #21 [4533] daemon prio=5 os_prio=0 cpu=0.67ms elapsed=2.52s tid=0x7f8e nid=4533 runnable  [0x7f8e]
 *    name   |   |                              |                        |           |       |         |
 *    Java's id  |             decimal comma in some locales        JVM's object   hex up to 20  |   stack pointer
 *            of the system, from 21                                              status: absent in a carrier
 * </pre>
 *
 * <p>A name may hold anything, quotes and imitated fields too, but nothing behind it holds a quote:
 * the last quote of the line ends the name.
 */
final class ThreadHeader {
  final String name;
  final long javaId;
  final long address;
  final String cpu;
  final int priority;
  final boolean daemon;
  final String status;
  final boolean hasStack;

  private ThreadHeader(
      String name,
      long javaId,
      long address,
      String cpu,
      int priority,
      boolean daemon,
      String status,
      boolean hasStack) {
    this.name = name;
    this.javaId = javaId;
    this.address = address;
    this.cpu = cpu;
    this.priority = priority;
    this.daemon = daemon;
    this.status = status;
    this.hasStack = hasStack;
  }

  /** A thread that opens with this header at that line. */
  PrintedThread thread(int line) {
    PrintedThread opened = new PrintedThread(name, line);
    opened.javaId = javaId;
    opened.address = address;
    opened.cpu = cpu;
    opened.priority = priority;
    opened.daemon = daemon;
    opened.state = stateOfStatus();
    opened.inObjectWait = status.startsWith("in Object.wait");
    return opened;
  }

  /** The header that a line starting with a quote is, or null when it is none. */
  static @Nullable ThreadHeader parse(String line) {
    int end = line.lastIndexOf('"');
    if (end < 1 || line.charAt(0) != '"' || !line.startsWith(" ", end + 1)) {
      return null;
    }
    int at = end + 1;
    long javaId = -1;
    long address = 0;
    String cpu = "";
    int priority = 0;
    boolean daemon = false;
    boolean native_ = false;
    boolean addressed = false;
    while (at < line.length()) {
      int start = skipBlanks(line, at);
      int stop = line.indexOf(' ', start);
      if (stop < 0) {
        stop = line.length();
      }
      if (line.startsWith("#", start)) {
        javaId = decimal(line, start + 1, stop);
      } else if (line.startsWith("cpu=", start)) {
        cpu = line.substring(start + 4, stop).replace(',', '.');
      } else if (line.startsWith("prio=", start)) {
        priority = (int) Math.min(10, Math.max(0, decimal(line, start + 5, stop)));
      } else if (line.startsWith("daemon", start) && stop == start + 6) {
        daemon = true;
      } else if (line.startsWith("tid=", start)) {
        address = hexadecimal(line, start + 4, stop);
        addressed = true;
      } else if (line.startsWith("nid=", start)) {
        native_ = true;
      } else if (addressed && !isField(line, start, stop)) {
        at = start;
        break;
      }
      at = stop;
    }
    if (!addressed || !native_ && javaId < 0 && !line.contains("tid=0x")) {
      return null;
    }
    int bracket = line.lastIndexOf('[');
    boolean hasStack = bracket >= at;
    String status = line.substring(at, hasStack ? bracket : line.length()).strip();
    return new ThreadHeader(
        line.substring(1, end), javaId, address, cpu, priority, daemon, status, hasStack);
  }

  /**
   * The state that the status tells, for dumps that print no {@code Thread.State} (JDK 5 and
   * older).
   */
  ThreadState stateOfStatus() {
    if (status.startsWith("waiting for monitor entry")) {
      return ThreadState.BLOCKED;
    }
    if (status.startsWith("in Object.wait") || status.startsWith("waiting on monitor")) {
      return ThreadState.WAITING;
    }
    if (status.startsWith("sleeping")) {
      return ThreadState.TIMED_WAITING;
    }
    return status.startsWith("runnable") ? ThreadState.RUNNABLE : ThreadState.UNKNOWN;
  }

  private static int skipBlanks(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static boolean isField(String line, int start, int stop) {
    int equals = line.indexOf('=', start);
    return equals > start && equals < stop;
  }

  private static long decimal(String line, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(line.charAt(i), 10);
      if (digit < 0 || value > Long.MAX_VALUE / 10 - 10) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return from == to ? -1 : value;
  }

  private static long hexadecimal(String line, int from, int to) {
    long value = 0;
    for (int i = line.startsWith("0x", from) ? from + 2 : from; i < to; i++) {
      int digit = Character.digit(line.charAt(i), 16);
      if (digit < 0) {
        return 0;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
