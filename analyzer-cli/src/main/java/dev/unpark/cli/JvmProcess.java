package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a process from outside, before anything is sent to it.
 *
 * <p>Attaching begins with a SIGQUIT. It makes a JVM open its door, and it kills every process that
 * does not expect it: one that is no JVM, and a JVM started with {@code -Xrs}. So both must be
 * known beforehand.
 */
final class JvmProcess {
  private static final int SIGQUIT = 3;

  private JvmProcess() {}

  /** Why that process cannot be attached to, or null when it can. */
  static @Nullable Complaint obstacle(long pid) {
    String headline = "cannot attach to " + pid + ": ";
    if (pid == ProcessHandle.current().pid()) {
      return new Complaint(
          headline + "that is this process", "unpark itself", "another JVM", "jps -l");
    }
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return new Complaint(
          headline + "there is no such process", "no process " + pid, "the id of a JVM", "jps -l");
    }
    Path proc = Path.of("/proc", Long.toString(pid));
    return Files.isDirectory(proc)
        ? obstacleOnLinux(proc, process.get(), headline)
        : obstacleElsewhere(pid, headline);
  }

  private static @Nullable Complaint obstacleOnLinux(
      Path proc, ProcessHandle process, String headline) {
    String command = process.info().command().orElse("a process");
    try {
      return obstacle(proc, process.pid(), command, headline);
    } catch (IOException denied) {
      String self = System.getProperty("user.name");
      String user = process.info().user().orElse("another user");
      if (user.equals(self)) {
        return new Complaint(
            headline + "this session may not look into it",
            command + " of " + user + ", shielded by the system",
            "a process that may be traced",
            "run unpark where that process runs, in its container");
      }
      return new Complaint(
          headline + "it belongs to another user",
          "a process of " + user,
          "a process of " + self,
          "sudo -u " + user + " unpark attach " + process.pid());
    }
  }

  /**
   * What the system's files about a process say against attaching to it.
   *
   * @param proc the process's directory in {@code /proc}
   */
  static @Nullable Complaint obstacle(Path proc, long pid, String command, String headline)
      throws IOException {
    List<String> status = Files.readAllLines(proc.resolve("status"), StandardCharsets.ISO_8859_1);
    String state = field(status, "State:");
    if (state.startsWith("Z") || state.startsWith("X")) {
      return new Complaint(
          headline + "it has ended", "process state " + state, "a process that runs", "jps -l");
    }
    List<String> libraries = mapped(proc);
    if (libraries.stream().anyMatch(library -> library.startsWith("libj9vm"))) {
      return new Complaint(
          headline + "it is an OpenJ9 JVM, which answers no HotSpot tool",
          command,
          "a HotSpot JVM",
          "kill -3 " + pid + ", then unpark diagnose on the javacore that it writes");
    }
    if (!libraries.contains("libjvm.so")) {
      return notAJvm(headline, command);
    }
    if (!catchesQuit(field(status, "SigCgt:"))) {
      return new Complaint(
          headline + "it does not expect the signal that opens a JVM, which would end it",
          command + " without a handler of SIGQUIT, as with -Xrs",
          "a JVM that handles SIGQUIT",
          "restart it without -Xrs, or with -javaagent:unpark-agent.jar");
    }
    if (state.startsWith("T") || state.startsWith("t")) {
      return new Complaint(
          headline + "it is stopped, and answers nobody",
          "process state " + state,
          "a process that runs",
          "kill -CONT " + pid);
    }
    return null;
  }

  /** Without /proc only a JVM that lists itself is known to be one. */
  private static @Nullable Complaint obstacleElsewhere(long pid, String headline) {
    boolean listed =
        com.sun.tools.attach.VirtualMachine.list().stream()
            .anyMatch(jvm -> jvm.id().equals(Long.toString(pid)));
    return listed ? null : notAJvm(headline, "a process that no JVM list shows");
  }

  private static Complaint notAJvm(String headline, String command) {
    return new Complaint(headline + "it is not a JVM", command, "a HotSpot JVM", "jps -l");
  }

  /** File names of the shared libraries that it has loaded, a JVM's among them. */
  private static List<String> mapped(Path proc) throws IOException {
    try (Stream<String> maps = Files.lines(proc.resolve("maps"), StandardCharsets.ISO_8859_1)) {
      return maps.map(line -> line.substring(line.lastIndexOf('/') + 1))
          .filter(name -> name.startsWith("lib") && name.endsWith(".so"))
          .distinct()
          .toList();
    } catch (java.io.UncheckedIOException denied) {
      throw denied.getCause();
    }
  }

  private static String field(List<String> status, String name) {
    for (String line : status) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).strip();
      }
    }
    return "";
  }

  private static boolean catchesQuit(String mask) {
    return !mask.isEmpty() && (Long.parseUnsignedLong(mask, 16) & 1L << SIGQUIT - 1) != 0;
  }
}
