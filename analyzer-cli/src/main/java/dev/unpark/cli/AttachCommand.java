package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Printable;
import dev.unpark.dumps.DumpFile;
import dev.unpark.dumps.DumpForm;
import dev.unpark.dumps.judge.Input;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unpark attach PID|NAME} */
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
  private static final int MOST_SAMPLES = 1000;

  private final Shell shell;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ReportOptions options = new ReportOptions();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "how many looks to take (the default: 2; one alone proves nothing)")
  private int samples = 2;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = Span.class,
      description = "time between two looks, as 500ms, 2s or 1m (the default: 1s)")
  private Duration every = Duration.ofSeconds(1);

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Span.class,
      description = "how long to wait for one answer of that JVM (the default: 20s)")
  private Duration timeout = Duration.ofSeconds(20);

  @Option(
      names = "--agent",
      description =
          "load the agent into that JVM, with the options that follow; 'detach' takes it away")
  private boolean agent;

  @Option(
      names = "--agent-jar",
      paramLabel = "PATH",
      description = "the agent's jar (the default: unpark-agent.jar beside this command)")
  private Path agentJar = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "AGENT_OPTIONS",
      description = "with --agent: options of the agent, KEY=VALUE,KEY=VALUE, or 'detach'")
  private String agentOptions = "";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PID|NAME",
      description =
          "process id of a JVM of this machine, or a part of its main class or jar's name; without"
              + " it, those that there are")
  private String target = "";

  AttachCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw wrong("--samples %d is not between 1 and %d".formatted(samples, MOST_SAMPLES));
    }
    if (!agent && !agentOptions.isEmpty()) {
      throw wrong("'" + agentOptions + "' is one too many; options of the agent want --agent");
    }
    if (ModuleLayer.boot().findModule("jdk.attach").isEmpty()) {
      return refuse(
          new Complaint(
              "cannot attach to " + target + ": this Java cannot attach",
              "a runtime without the module jdk.attach: " + System.getProperty("java.home"),
              "a JDK",
              "JAVA_HOME=/path/to/jdk unpark attach " + target));
    }
    Long pid = number();
    if (pid == null) {
      return byName();
    }
    Complaint obstacle = JvmProcess.obstacle(pid);
    return obstacle == null ? look(pid) : refuse(obstacle);
  }

  /** The process id that the target is, or null when it is a name. */
  private @Nullable Long number() {
    if (target.isEmpty() || !target.chars().allMatch(c -> c >= '0' && c <= '9' || c == '-')) {
      return null;
    }
    try {
      long pid = Long.parseLong(target);
      if (pid > 0) {
        return pid;
      }
    } catch (NumberFormatException tooLong) {
      // Told below, together with numbers that no process has.
    }
    throw wrong("'" + target + "' is not a process id; jps -l lists those of JVMs");
  }

  private int byName() throws InterruptedException {
    List<Candidates.Candidate> all = Candidates.all();
    List<Candidates.Candidate> meant = Candidates.named(target, all);
    if (!target.isEmpty() && meant.size() == 1) {
      long pid = meant.get(0).pid();
      Complaint obstacle = JvmProcess.obstacle(pid);
      return obstacle == null ? look(pid) : refuse(obstacle);
    }
    List<Candidates.Candidate> shown = meant.isEmpty() ? all : meant;
    StringBuilder answer = new StringBuilder(whichOne(meant, all).render());
    shown.forEach(jvm -> answer.append(Printable.text(jvm.line())).append('\n'));
    shell.complain(answer.toString());
    return ExitCode.USAGE;
  }

  private Complaint whichOne(List<Candidates.Candidate> meant, List<Candidates.Candidate> all) {
    String found =
        all.size() == 1 ? "1 JVM that can be seen" : all.size() + " JVMs that can be seen";
    String next =
        all.isEmpty() ? "sudo unpark attach, which sees those of all users" : "unpark attach PID";
    if (target.isEmpty()) {
      return new Complaint(
          "attach to which JVM?", found, "a process id, or a part of a name", next);
    }
    return meant.isEmpty()
        ? new Complaint("no JVM is called '" + target + "'", found, "a JVM of that name", next)
        : new Complaint(
            "'" + target + "' may mean any of " + meant.size() + " JVMs",
            meant.size() + " JVMs of that name",
            "one",
            next);
  }

  private int look(long pid) throws InterruptedException {
    if (agent) {
      return new AgentLoading(pid, agentOptions, shell).into(agentJar);
    }
    LiveLooks looks = LiveLooks.take(pid, samples, every, timeout, ZoneId.systemDefault());
    if (looks.dumps().isEmpty() && looks.complaint() != null) {
      return refuse(looks.complaint());
    }
    String service = looks.dumps().get(0).observation().jvm().service();
    DumpFile live = new DumpFile(service, DumpForm.HOTSPOT_TEXT, looks.dumps(), 1, service);
    return answer(new Input(service, live, looks.complaint()));
  }

  private int refuse(Complaint complaint) {
    return answer(new Input(target, null, complaint));
  }

  private int answer(Input input) {
    try {
      return new Answerer(options, ZoneId.systemDefault(), shell).answer(List.of(input), true);
    } catch (Refusal refusal) {
      return refusal.tell(shell);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
