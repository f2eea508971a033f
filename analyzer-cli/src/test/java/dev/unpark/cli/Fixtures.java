package dev.unpark.cli;

import java.util.Locale;

/** Dumps in HotSpot's form, where a test needs more than those that were taken. */
final class Fixtures {
  private Fixtures() {}

  static String dump(String clock, String... threads) {
    return "2026-11-24 "
        + clock
        + "\nFull thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):\n\n"
        + thread("Reference Handler", 2, "RUNNABLE", 1, "\tat a.B.c(B.java:1)\n")
        + String.join("", threads)
        + "JNI global refs: 1, weak refs: 0\n\n";
  }

  /** Waits for the monitor. */
  static String blocked(String name, int id, String monitor, String frame) {
    return thread(
        name,
        id,
        "BLOCKED (on object monitor)",
        5,
        "\tat " + frame + "\n\t- waiting to lock <" + monitor + "> (a com.acme.Cart)\n");
  }

  /** Has the monitor and computes. */
  static String holder(String name, int id, String monitor, int cpuMillis) {
    return thread(
        name,
        id,
        "RUNNABLE",
        cpuMillis,
        "\tat com.acme.Price.sum(Price.java:7)\n\t- locked <" + monitor + "> (a com.acme.Cart)\n");
  }

  private static String thread(String name, int id, String state, int cpuMillis, String stack) {
    return String.format(
        Locale.ROOT,
        "\"%s\" #%d prio=5 os_prio=0 cpu=%d.00ms elapsed=90.00s tid=0x%016x nid=0x%x runnable "
            + " [0x00007f0000000000]\n   java.lang.Thread.State: %s\n%s\n",
        name,
        id,
        cpuMillis,
        0x7f00_0000_1000L + id,
        100 + id,
        state,
        stack);
  }
}
