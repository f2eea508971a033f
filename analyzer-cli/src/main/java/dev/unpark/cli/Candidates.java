package dev.unpark.cli;

import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The JVMs of this machine that can be seen from here, ourselves left out. */
final class Candidates {
  private static final int NAME_SHOWN = 90;

  /**
   * One of them.
   *
   * @param pid its process id
   * @param command main class or jar, with the program's arguments; empty when it does not tell
   */
  record Candidate(long pid, String command) {
    /** Main class or jar, without directories and arguments. */
    String program() {
      String word = command.split(" ", 2)[0];
      return word.substring(word.lastIndexOf('/') + 1);
    }

    /** One line of a list. */
    String line() {
      String text = command.isEmpty() ? "(it does not tell its name)" : command;
      return "%8d  %s"
          .formatted(
              pid, text.length() > NAME_SHOWN ? text.substring(0, NAME_SHOWN) + "..." : text);
    }
  }

  private Candidates() {}

  static List<Candidate> all() {
    long self = ProcessHandle.current().pid();
    List<Candidate> found = new ArrayList<>();
    for (VirtualMachineDescriptor jvm : VirtualMachine.list()) {
      try {
        long pid = Long.parseLong(jvm.id());
        if (pid != self) {
          found.add(new Candidate(pid, jvm.displayName()));
        }
      } catch (NumberFormatException foreign) {
        // Another provider's JVM, which is none of this machine's processes.
      }
    }
    return found;
  }

  /**
   * Those that a name may mean: the one of exactly that program; else those whose program contains
   * it; else those whose arguments do. Upper and lower case are the same.
   */
  static List<Candidate> named(String name, List<Candidate> all) {
    String wanted = name.toLowerCase(Locale.ROOT);
    List<Candidate> exact =
        all.stream()
            .filter(jvm -> isProgram(jvm.program().toLowerCase(Locale.ROOT), wanted))
            .toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    List<Candidate> partly =
        all.stream()
            .filter(jvm -> jvm.program().toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
    return !partly.isEmpty()
        ? partly
        : all.stream()
            .filter(jvm -> jvm.command().toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
  }

  /** {@code com.acme.Shop} goes by {@code Shop} as well, {@code shop.jar} by {@code shop}. */
  private static boolean isProgram(String program, String wanted) {
    return program.equals(wanted)
        || program.equals(wanted + ".jar")
        || program.endsWith("." + wanted) && !program.endsWith(".jar");
  }
}
