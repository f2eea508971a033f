package dev.unpark.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import dev.unpark.dumps.Dump;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unpark attach PID} */
@Command(
    name = "attach",
    header = "Looks twice at a running JVM and says what is wrong.",
    description = {
      "Takes Thread.print and, from JDK 21 on, Thread.dump_to_file through the attach protocol: "
          + "one second apart, because a wait that is the same in both is a proof."
    },
    footer = {
      "",
      "Ends with 0: nothing found; 1: findings; 2: wrong command line; 3: that JVM cannot be "
          + "looked at; 4: a fault of Unpark itself."
    })
final class AttachCommand implements Callable<Integer> {
  private static final int LOOKS = 2;
  private static final Duration APART = Duration.ofSeconds(1);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ReportOptions options = new ReportOptions();

  @Parameters(paramLabel = "PID", description = "process id of a JVM of this machine; see jps -l")
  private String process = "";

  @Override
  public Integer call() throws InterruptedException {
    long pid = pid();
    Complaint obstacle =
        ModuleLayer.boot().findModule("jdk.attach").isPresent()
            ? JvmProcess.obstacle(pid)
            : new Complaint(
                "cannot attach to " + pid + ": this Java cannot attach",
                "a runtime without the module jdk.attach: " + System.getProperty("java.home"),
                "a JDK",
                "JAVA_HOME=/path/to/jdk unpark attach " + pid);
    return obstacle == null ? look(pid) : refuse(obstacle);
  }

  private long pid() {
    try {
      long pid = Long.parseLong(process);
      if (pid > 0) {
        return pid;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, together with numbers that no process has.
    }
    throw new ParameterException(
        spec.commandLine(), "'" + process + "' is not a process id; jps -l lists those of JVMs");
  }

  private int look(long pid) throws InterruptedException {
    ZoneId zone = ZoneId.systemDefault();
    List<Dump> looks = new ArrayList<>();
    try (AttachedJvm jvm = AttachedJvm.attach(pid, zone, Clock.systemUTC())) {
      for (int i = 0; i < LOOKS; i++) {
        if (i > 0) {
          Thread.sleep(APART.toMillis());
        }
        Optional<Dump> look = jvm.look();
        if (look.isEmpty()) {
          return refuse(
              new Complaint(
                  "cannot read the threads of " + pid + ": its answer is no thread dump",
                  "no line that begins \"name\" and has tid=0x...",
                  "what jcmd " + pid + " Thread.print -l prints",
                  "jcmd " + pid + " Thread.print -l | unpark diagnose -"));
        }
        looks.add(look.get());
      }
    } catch (AttachNotSupportedException | IOException failed) {
      if (looks.isEmpty()) {
        return refuse(unwilling(pid, failed));
      }
      // It ended between the looks; what the first one shows is still worth telling.
    }
    String service = looks.get(0).observation().jvm().service();
    DumpFile live = new DumpFile(service, DumpForm.HOTSPOT_TEXT, looks, 1, service);
    return options.report(
        List.of(new Input(service, live, null)),
        Diagnosis.of(List.of(live)),
        zone,
        true,
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }

  private static Complaint unwilling(long pid, Exception failed) {
    String message = failed.getMessage();
    return new Complaint(
        "cannot attach to " + pid + ": the JVM does not answer",
        message == null ? failed.getClass().getSimpleName() : message,
        "a JVM of the same user, without -XX:+DisableAttachMechanism",
        "kill -3 " + pid + ", then unpark diagnose on what it prints to its standard output");
  }

  private int refuse(Complaint complaint) {
    return options.report(
        List.of(new Input(process, null, complaint)),
        List.of(),
        ZoneId.systemDefault(),
        true,
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
  }
}
