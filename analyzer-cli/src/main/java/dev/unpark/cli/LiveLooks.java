package dev.unpark.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.dumps.Dump;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a running JVM several times.
 *
 * @param dumps the looks that it gave, oldest first
 * @param complaint why there are fewer than asked for, or null when there are not
 */
record LiveLooks(List<Dump> dumps, @Nullable Complaint complaint) {
  LiveLooks {
    dumps = List.copyOf(dumps);
  }

  /**
   * Takes the looks; what was seen before something went wrong is kept.
   *
   * @param pid which JVM
   * @param count how many looks
   * @param every how far apart
   * @param timeout how long to wait for any one answer
   * @param zone of clock times
   */
  static LiveLooks take(long pid, int count, Duration every, Duration timeout, ZoneId zone)
      throws InterruptedException {
    Patience patience = new Patience(timeout);
    List<Dump> looks = new ArrayList<>();
    try {
      AttachedJvm jvm = patience.await(() -> AttachedJvm.attach(pid, zone, Clock.systemUTC()));
      for (int i = 0; i < count; i++) {
        if (i > 0) {
          Thread.sleep(every.toMillis());
        }
        Optional<Dump> look = patience.await(jvm::look);
        if (look.isEmpty()) {
          return new LiveLooks(looks, noDump(pid));
        }
        looks.add(look.get());
      }
      patience.await(
          () -> {
            jvm.close();
            return true;
          });
      return new LiveLooks(looks, null);
    } catch (Patience.Exhausted silent) {
      return new LiveLooks(looks, silent(pid, silent.getMessage(), looks.size()));
    } catch (AttachNotSupportedException | IOException failed) {
      return new LiveLooks(
          looks, looks.isEmpty() ? unwilling(pid, failed) : gone(pid, failed, looks));
    } catch (InterruptedException | RuntimeException ours) {
      throw ours;
    } catch (Exception other) {
      throw new IllegalStateException(other);
    }
  }

  private static Complaint noDump(long pid) {
    return new Complaint(
        "cannot read the threads of " + pid + ": its answer is no thread dump",
        "no line that begins \"name\" and has tid=0x...",
        "what jcmd " + pid + " Thread.print -l prints",
        "jcmd " + pid + " Thread.print -l | unpark diagnose -");
  }

  private static Complaint silent(long pid, @Nullable String found, int looks) {
    return new Complaint(
        looks == 0
            ? "cannot attach to " + pid + ": the JVM does not answer"
            : pid + " has stopped to answer: what was seen before is diagnosed",
        (found == null ? "silence" : found) + (looks == 0 ? "" : ", after " + looks(looks)),
        "a JVM that reaches a safepoint: not stopped, not starved of processor time",
        "unpark attach --timeout 2m " + pid + ", or jhsdb jstack --pid " + pid + " > hung.dump");
  }

  private static Complaint unwilling(long pid, Exception failed) {
    return new Complaint(
        "cannot attach to " + pid + ": the JVM does not answer",
        reason(failed),
        "a JVM of the same user, without -XX:+DisableAttachMechanism",
        "kill -3 " + pid + ", then unpark diagnose on what it prints to its standard output");
  }

  private static Complaint gone(long pid, Exception failed, List<Dump> looks) {
    boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    return new Complaint(
        pid
            + (alive ? " has stopped to answer" : " has ended")
            + ": what was seen before is diagnosed",
        reason(failed) + ", after " + looks(looks.size()),
        "a JVM that lives for all looks",
        "jps -l");
  }

  private static String looks(int count) {
    return count == 1 ? "1 look" : count + " looks";
  }

  private static String reason(Exception failed) {
    String message = failed.getMessage();
    return message == null ? failed.getClass().getSimpleName() : message;
  }
}
