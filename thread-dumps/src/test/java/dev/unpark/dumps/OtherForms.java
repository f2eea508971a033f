package dev.unpark.dumps;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of the other forms must yield.
 *
 * @param form the form that the reader must tell
 * @param header how a thread begins in that form: an independent, simple-minded count
 */
record OtherForms(DumpForm form, Pattern header) {
  private static final OtherForms TO_FILE_TEXT =
      new OtherForms(DumpForm.TO_FILE_TEXT, Pattern.compile("(?m)^#\\d+ \""));

  private static final OtherForms SERVICEABILITY_AGENT =
      new OtherForms(DumpForm.SERVICEABILITY_AGENT, Pattern.compile("(?m)^\".*\" .*tid=0x"));
  private static final OtherForms THREAD_INFO =
      new OtherForms(DumpForm.THREAD_INFO, Pattern.compile("(?m)^\".* Id=\\d+ "));
  private static final OtherForms JMX_TEXT =
      new OtherForms(DumpForm.JMX_TEXT, Pattern.compile("(?m)^\""));
  private static final OtherForms JAVACORE =
      new OtherForms(DumpForm.JAVACORE, Pattern.compile("(?m)^3XMTHREADINFO +\""));

  /** As the dumps' own sections say, and as read by hand, which the reader does not use. */
  private static final Map<String, Set<Set<String>>> FOREIGN = foreign();

  static @Nullable OtherForms of(Corpus.Row row) {
    return switch (row.format()) {
      case "dump_to_file.txt" -> TO_FILE_TEXT;
      case "jhsdb.txt", "jhsdb-locks.txt", "jhsdb-mixed.txt" -> SERVICEABILITY_AGENT;
      case "toString.txt" -> THREAD_INFO;
      case "jconsole/visualvm-JMX (t@)" -> JMX_TEXT;
      default -> row.format().startsWith("javacore") ? JAVACORE : null;
    };
  }

  private static Map<String, Set<Set<String>>> foreign() {
    Map<String, Set<Set<String>>> deadlocks = new HashMap<>();
    Set<Set<String>> philosophers =
        Set.of(Set.of("Aristotle priority5", "Plato priority9", "Socrates priority5"));
    String liberty = "IBM+webspherelab/liberty__threaddump_";
    deadlocks.put(liberty + "deadlock__javacore.20191105.225018.17.0010.txt", philosophers);
    deadlocks.put(liberty + "infiniteloop__javacore.20191105.225218.17.0011.txt", philosophers);
    for (String time : List.of("122937", "122938", "122940", "122941")) {
      deadlocks.put(
          "yusuke+samurai/IBM__1.4.2IBM__javacore.20060510." + time + ".6036.txt",
          Set.of(
              Set.of(
                  "ExecuteThread: '12' for queue: 'weblogic.kernel.Default'",
                  "ExecuteThread: '14' for queue: 'weblogic.kernel.Default'")));
    }
    // Nobody's section says so. Read by hand: Thread-1 queues for 9B3D78, flat locked by ident
    // 0x08,
    // which is Thread-2, and Thread-2 queues for 9B3D88, flat locked by ident 0x07, Thread-1.
    deadlocks.put(
        "yusuke+samurai/resources__IBM__1.4.0IBMstacked.dmp",
        Set.of(Set.of("Thread-1", "Thread-2")));
    // Boot's text has no section either: each of the two names the other as owner.
    deadlocks.put(
        "yusuke+samurai/resources__SpringBoot__spring-boot-2.5.4-java8-text.dmp",
        Set.of(Set.of("deadLock1", "deadLock2")));
    return deadlocks;
  }

  /**
   * The members of each deadlock in the program that was dumped, as far as that form can show it:
   * {@code Thread.dump_to_file} names no owner of a ReentrantLock, so that stacks must suggest it;
   * the serviceability agent shows no virtual thread.
   */
  static Set<Set<String>> deadlocks(Corpus.Row row) {
    boolean toFile = row.format().startsWith("dump_to_file");
    if (row.file().contains("-monitor-deadlock.") || row.file().contains("-threadinfo.")) {
      return Set.of(Set.of("dl-1", "dl-2"));
    }
    if (row.file().contains("-reentrantlock-deadlock.")) {
      return Set.of(Set.of("rl-1", "rl-2"));
    }
    if (row.file().contains("-mixed-deadlock.")) {
      return Set.of(Set.of("mx-1", "mx-2"));
    }
    if (row.file().contains("-rwlock-reader-held.")) {
      return Set.of(Set.of("holder-reader", "monitor-owner"));
    }
    if (row.file().contains("-v-deadlock.") && toFile) {
      return Set.of(Set.of("vdl-1", "vdl-2"), Set.of("vrl-1", "vrl-2"));
    }
    return FOREIGN.getOrDefault(row.file(), Set.of());
  }
}
