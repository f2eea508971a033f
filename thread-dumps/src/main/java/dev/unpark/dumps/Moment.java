package dev.unpark.dumps;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ObservedThread;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells whether a {@code Thread.print} and a {@code Thread.dump_to_file} are of one moment of one
 * JVM, so that {@link Join} may make one look of them.
 */
public final class Moment {

  /*
   * The two share no address. What they share: the process, the JDK's version, the time, and the
   * platform threads with their ids and names. Ids and names are alike in every replica of a program,
   * and in a container every process is number 1, so no one of these is enough.
   */

  /** Two commands typed one after the other; what a thread does changes in less. */
  public static final Duration WITHIN = Duration.ofSeconds(10);

  /** Threads are started, ended and renamed between the two. */
  private static final double SAME_THREADS = 0.8;

  private static final int FEWEST_THREADS = 3;

  private Moment() {}

  /** Whether a dump may be one side of a pair: it tells its time, and whom it is of. */
  public static boolean isPrint(Dump dump) {
    return dump.form() == DumpForm.HOTSPOT_TEXT && dump.timeKnown();
  }

  /** Whether a dump may be the other side of a pair. */
  public static boolean isFile(Dump dump) {
    boolean ofForm = dump.form() == DumpForm.TO_FILE_JSON || dump.form() == DumpForm.TO_FILE_TEXT;
    return ofForm && dump.timeKnown();
  }

  /** How far apart they were taken; HotSpot's text tells whole seconds. */
  public static Duration apart(Dump print, Dump file) {
    Instant from = print.observation().time();
    Instant to = from.plusSeconds(1);
    Instant taken = file.observation().time();
    if (taken.isBefore(from)) {
      return Duration.between(taken, from);
    }
    return taken.isAfter(to) ? Duration.between(to, taken) : Duration.ZERO;
  }

  /** Whether nothing contradicts that both are of one JVM, and enough threads say that they are. */
  public static boolean isOfOneJvm(Dump print, Dump file) {
    JvmIdentity one = print.observation().jvm();
    JvmIdentity other = file.observation().jvm();
    boolean bothPids =
        one.pid() != JvmIdentity.UNKNOWN_PID && other.pid() != JvmIdentity.UNKNOWN_PID;
    if (bothPids && one.pid() != other.pid()) {
      return false;
    }
    if (!one.jdk().isEmpty() && !other.jdk().isEmpty() && !one.jdk().equals(other.jdk())) {
      return false;
    }
    return haveTheSameThreads(print, file);
  }

  private static boolean haveTheSameThreads(Dump print, Dump file) {
    Map<Long, String> filed = new HashMap<>();
    for (ObservedThread thread : file.observation().threads()) {
      if (!thread.virtual()) {
        filed.put(thread.id(), thread.name());
      }
    }
    int printed = 0;
    int same = 0;
    for (ObservedThread thread : print.observation().threads()) {
      if (!thread.virtual()) {
        printed++;
        same += thread.name().equals(filed.get(thread.id())) ? 1 : 0;
      }
    }
    // A torn dump has fewer, but those that it has are the other's.
    int fewer = Math.min(printed, filed.size());
    return same >= FEWEST_THREADS && same >= SAME_THREADS * fewer;
  }
}
