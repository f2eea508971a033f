package dev.unpark.dumps;

import java.util.ArrayList;
import java.util.List;

/** What a dump cannot show, and which command shows it. */
final class Limits {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final int FIRST_WITH_STATES_IN_FILE = 24;

  /** How the limits begin that another form of dump lifts. */
  static final String VIRTUAL_THREADS = "virtual threads: ";

  static final String STATES = "states and locks of threads: ";

  private Limits() {}

  /**
   * @param lacksOwner whether a thread waits for a lock whose owner the dump should have named
   */
  static List<String> of(PrintedDump dump, boolean lacksOwner) {
    List<String> limits = new ArrayList<>(dump.limits);
    int jdk = JdkVersion.feature(dump.jdk);
    String pid = dump.pid < 0 ? "PID" : Long.toString(dump.pid);
    if (!dump.tellsLocks && dump.limits.isEmpty()) {
      limits.add(
          STATES
              + "this form has none up to JDK %d, `jcmd %s Thread.print -l` shows them"
                  .formatted(FIRST_WITH_STATES_IN_FILE - 1, pid));
    } else if (dump.tellsLocks && lacksOwner && !dump.listsSynchronizers) {
      limits.add(
          "owners of java.util.concurrent locks: `jcmd %s Thread.print -l` shows them"
              .formatted(pid));
    }
    if (!dump.threads.isEmpty() && dump.threads.stream().allMatch(t -> t.stack.isEmpty())) {
      limits.add("stacks: no thread has one, `jcmd %s Thread.print -l` shows them".formatted(pid));
    }
    if (!dump.listsVirtualThreads && jdk >= FIRST_WITH_VIRTUAL_THREADS) {
      limits.add(
          VIRTUAL_THREADS
              + "`jcmd %s Thread.dump_to_file -format=json FILE` shows them".formatted(pid));
    }
    if (dump.truncated) {
      limits.add(
          dump.announced > 0
              ? "the end of the dump: it announces %d Java threads and prints %d"
                  .formatted(dump.announced, dump.threads.stream().filter(t -> !t.virtual).count())
              : "the end of the dump: it is missing");
    }
    return limits;
  }
}
