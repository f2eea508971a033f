package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The line that opens a thread where a program prints its threads itself, as it has them from
 * {@code ThreadMXBean}, from {@code Thread.getAllStackTraces}, or from Android's runtime.
 *
 * <pre>
 *   Thread 41 (IPC Server handler 1):                                    Hadoop, HBase, ZooKeeper: /stacks
 *   Current Thread: Server thread                                        watchdogs of Minecraft's servers
 *   Thread [name="sys-#83", id=103, state=WAITING, blockCnt=0, waitCnt=1]  Ignite
 *      1) Thread[id=22, name=till-1, state=WAITING, group=TGRP-Till]       leak control of Lucene's tests
 *   "till-1" Id=22 cpu=15600100 ns usr=15600100 ns blocked 3 for -1 ms   Tomcat's manager
 *   "till-1" id=22 state=BLOCKED                                         Dropwizard: /threads
 *   "till-1" tid=0x16 owned by "till-2" tid=0x15                         Geode
 *   "till-1" #22                                                         consoles and monitors of several makers
 *   "till-1" daemon prio=5 tid=41 in Object.wait()                       Hadoop's tests, Android
 *   "till-1" prio=0 tid=0x0 nid=0x0 waiting on condition                 IntelliJ
 * </pre>
 *
 * @param name of the thread
 * @param id Java's, or -1 when the line does not tell it
 * @param state unknown when a line below tells it
 * @param namesOwners whether who prints so names the owners of locks
 */
record ProgramHeader(String name, long id, ThreadState state, boolean daemon, boolean namesOwners) {
  /** Longer lines are no headers; patterns could be made to look at them for long. */
  private static final int LONGEST = 2000;

  private static final Pattern HADOOP =
      Pattern.compile("Thread (?<id>\\d{1,18}) \\((?<name>.*)\\):");
  private static final Pattern WATCHDOG = Pattern.compile("Current Thread: (?<name>.+)");
  private static final Pattern IGNITE =
      Pattern.compile(
          "Thread \\[name=\"(?<name>.*)\", id=(?<id>\\d{1,18}), state=(?<state>[A-Z_]{3,14}), blockCnt=.*\\]");
  private static final Pattern LEAK =
      Pattern.compile(
          " {0,3}\\d{1,4}\\) Thread\\[id=(?<id>\\d{1,18}), name=(?<name>.*), state=(?<state>[A-Z_]{3,14}), group=.*\\]");
  private static final Pattern TOMCAT =
      Pattern.compile("\"(?<name>.*)\" Id=(?<id>\\d{1,18}) cpu=-?\\d+ ns usr=-?\\d+ ns .*");
  private static final Pattern DROPWIZARD =
      Pattern.compile("\"(?<name>.*)\" id=(?<id>\\d{1,18}) state=(?<state>[A-Z_]{3,14})\\b.*");
  private static final Pattern GEODE =
      Pattern.compile(
          "\"(?<name>[^\"]*)\" tid=0x(?<hex>\\p{XDigit}{1,15})(?: owned by \"[^\"]*\" tid=0x\\p{XDigit}{1,16}| in (?<state>[A-Z_]{3,14}))?");
  private static final Pattern NUMBERED =
      Pattern.compile("\"(?<name>.*)\" #(?<id>\\d{1,18})(?: (?<state>[A-Z_]{3,14}))?");
  private static final Pattern NATIVE =
      Pattern.compile(
          "\"(?<name>.*)\" +(?<daemon>daemon )?prio=\\d{1,2} tid=(?:(?<id>\\d{1,9})|0x0 nid=0x0)(?: (?<status>[A-Za-z].*)| *)");

  /** Whether that line can only stand in a dump of this form. */
  static boolean opens(String line) {
    return parse(line) != null;
  }

  static @Nullable ProgramHeader parse(String line) {
    if (line.length() > LONGEST) {
      return null;
    }
    char first = line.isEmpty() ? '-' : line.charAt(0);
    return switch (first) {
      case 'T' -> line.startsWith("Thread [") ? of(IGNITE, line, true) : of(HADOOP, line, true);
      case 'C' -> of(WATCHDOG, line, false);
      case '"' -> quoted(line);
      default -> line.startsWith("Thread[id=", 6) ? of(LEAK, line, false) : null;
    };
  }

  private static @Nullable ProgramHeader quoted(String line) {
    if (line.contains(" Id=")) {
      return of(TOMCAT, line, true);
    }
    if (line.contains(" id=")) {
      return of(DROPWIZARD, line, true);
    }
    if (line.contains(" tid=")) {
      ProgramHeader named = of(NATIVE, line, line.contains(" tid=0x0 "));
      return named == null ? of(GEODE, line, true) : named;
    }
    return of(NUMBERED, line, false);
  }

  private static @Nullable ProgramHeader of(Pattern form, String line, boolean namesOwners) {
    Matcher header = form.matcher(line);
    if (!header.matches()) {
      return null;
    }
    String id = group(header, form, "id");
    String hex = group(header, form, "hex");
    String state = group(header, form, "state");
    String status = group(header, form, "status");
    return new ProgramHeader(
        header.group("name"),
        !id.isEmpty() ? Long.parseLong(id) : hex.isEmpty() ? -1 : Long.parseLong(hex, 16),
        status.isEmpty() ? ThreadState.of(state) : ofStatus(status),
        !group(header, form, "daemon").isEmpty(),
        namesOwners);
  }

  private static String group(Matcher header, Pattern form, String name) {
    String group = form.pattern().contains("(?<" + name + ">") ? header.group(name) : null;
    return group == null ? "" : group;
  }

  /** As Android tells it, or as HotSpot did in JDK 1.4. */
  private static ThreadState ofStatus(String status) {
    return switch (status.split("[ (]", 2)[0]) {
      case "Blocked", "blocked" -> ThreadState.BLOCKED;
      case "Waiting", "in" -> ThreadState.WAITING;
      case "TimedWaiting", "Sleeping" -> ThreadState.TIMED_WAITING;
      case "Runnable", "Native", "runnable" -> ThreadState.RUNNABLE;
      default -> ThreadState.UNKNOWN;
    };
  }
}
