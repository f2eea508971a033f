package dev.unpark.dumps;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a dump cannot show, and which command shows it. */
final class Limits {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
  private static final int FIRST_WITH_STATES_IN_FILE = 24;

  private Limits() {}

  static List<String> of(PrintedDump dump, Collection<PrintedWait> waits) {
    List<String> limits = new ArrayList<>();
    int jdk = JdkVersion.feature(dump.jdk);
    String pid = dump.pid < 0 ? "PID" : Long.toString(dump.pid);
    if (!dump.tellsLocks) {
      limits.add(
          "thread states and locks are missing, JDK %s writes none into this form: take `jcmd %s Thread.print -l` as well"
              .formatted(
                  jdk > 0 ? Integer.toString(jdk) : "before " + FIRST_WITH_STATES_IN_FILE, pid));
    } else if (!dump.listsSynchronizers
        && waits.stream().anyMatch(wait -> Interpreter.lacksOwner(wait))
        && dump.owners.isEmpty()) {
      limits.add(
          "owners of java.util.concurrent locks are missing: take `jcmd %s Thread.print -l`"
              .formatted(pid));
    }
    if (!dump.listsVirtualThreads && jdk >= FIRST_WITH_VIRTUAL_THREADS) {
      limits.add(
          "virtual threads are missing: take `jcmd %s Thread.dump_to_file -format=json FILE` as well"
              .formatted(pid));
    }
    if (dump.truncated) {
      limits.add(
          dump.announced > 0
              ? "the end is missing: it announces %d Java threads and prints %d"
                  .formatted(dump.announced, dump.threads.stream().filter(t -> !t.virtual).count())
              : "the end of the dump is missing");
    }
    return limits;
  }
}
