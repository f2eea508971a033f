package dev.unpark.cli;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Printable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings the agent into a JVM that runs already, or takes it away again. */
final class AgentLoading {
  /** Where the agent leaves its answer: among the properties that the attach protocol reads. */
  private static final String ANSWER = "unpark.agent";

  private static final String REFUSED = "refused: ";

  private final long pid;
  private final String options;
  private final Shell shell;

  /**
   * @param options of the agent, {@code detach} to take it away
   */
  AgentLoading(long pid, String options, Shell shell) {
    this.pid = pid;
    this.options = options;
    this.shell = shell;
  }

  /**
   * Loads it and says what became of it.
   *
   * @param jar the agent's jar, or an empty path to look for it beside this command
   */
  int into(Path jar) {
    Path agent = jar.toString().isEmpty() ? beside() : jar.toAbsolutePath();
    if (!Files.isRegularFile(agent)) {
      return refuse("no agent to load", "no file " + agent, "unpark-agent.jar", "--agent-jar PATH");
    }
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        machine.loadAgent(agent.toString(), options);
        return tell(machine.getAgentProperties().getProperty(ANSWER, ""));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException
        | AgentLoadException
        | AgentInitializationException
        | IOException failed) {
      return refuse(
          "cannot load the agent into " + pid,
          String.valueOf(failed.getMessage()),
          "a HotSpot JVM of the same user, without -XX:+DisableAttachMechanism and, from JDK 21 on,"
              + " without -XX:-EnableDynamicAgentLoading",
          "-javaagent:" + agent + " at its next start");
    }
  }

  private int tell(String answer) {
    if (answer.isEmpty()) {
      return refuse(
          "the agent does not tell what became of it",
          "no answer from " + pid,
          "running, or detached",
          "look at the standard error of " + pid);
    }
    if (answer.startsWith(REFUSED)) {
      return refuse(
          "the agent stays out of " + pid,
          answer.substring(REFUSED.length()),
          "a JVM without the agent, or with it for 'detach'",
          "unpark attach " + pid);
    }
    shell.complain("agent in " + pid + ": " + Printable.text(answer) + "\n");
    return ExitCode.NOTHING_FOUND;
  }

  private int refuse(String headline, String found, String expected, String next) {
    shell.complain(new Complaint(headline, found, expected, next).render());
    return ExitCode.UNREADABLE;
  }

  /** In the place where the build leaves it, or in the same folder. */
  private static Path beside() {
    try {
      Path own =
          Path.of(AgentLoading.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path same = own.resolveSibling("unpark-agent.jar");
      return Files.isRegularFile(same)
          ? same
          : own.resolve("../../../agent/target/unpark-agent.jar").normalize();
    } catch (URISyntaxException unusual) {
      return Path.of("unpark-agent.jar");
    }
  }
}
