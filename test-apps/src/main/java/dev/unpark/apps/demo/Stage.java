package dev.unpark.apps.demo;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Endpoints;
import dev.unpark.apps.launch.Installation;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One performance: a collector, a program under the agent, and what is said about it.
 *
 * <p><b>Threading:</b> confined to the main thread, but for {@link #close}, which Ctrl-C calls from
 * another.
 */
final class Stage implements AutoCloseable {
  private static final Duration COLLECTOR_PATIENCE = Duration.ofSeconds(15);
  private static final Duration DIAGNOSIS_PATIENCE = Duration.ofSeconds(20);
  private static final Duration SIGN_PATIENCE = Duration.ofSeconds(60);
  private static final Duration HEALTH_WATCH = Duration.ofSeconds(15);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private static final int LINES_OF_BLAME = 12;

  private final Installation installation;
  private final Scenario scenario;
  private final Jdk jdk;
  private final Endpoints endpoints;
  private final CollectorApi collected;
  private final Deque<Program> running = new ArrayDeque<>();
  private boolean closed;
  private volatile boolean relaying = true;

  Stage(Installation installation, Scenario scenario, Jdk jdk, Endpoints endpoints) {
    this.installation = installation;
    this.scenario = scenario;
    this.jdk = jdk;
    this.endpoints = endpoints;
    this.collected = new CollectorApi(endpoints);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop"));
  }

  /** Returns whether Unpark said what it had to say; prints why when it did not. */
  boolean play() throws InterruptedException {
    say("%s: %s%n", scenario.label(), scenario.summary());
    Program collector = start(installation.collector(Jdk.current(), endpoints), "", line -> {});
    if (!answersInTime(collector)) {
      return failed("the collector did not start", collector);
    }
    say("  collector  pid %d, takes OTLP at %s%s", collector.pid(), endpoints.otlp(), moved());
    Program program =
        start(
            installation.underAgent(jdk, agentOptions(), scenario.mainClass(), List.of()),
            scenario.label(),
            this::relay);
    say(
        "  program    pid %d, JDK %s, under -javaagent:unpark-agent.jar%n",
        program.pid(), jdk.version());
    boolean shown = show(program);
    relaying = false;
    if (shown) {
      say("  findings   %s", endpoints.findings());
      say("  metrics    %s", endpoints.metrics());
    }
    return shown;
  }

  /** Keeps everything running until the process is told to stop, or nobody reads it any more. */
  void waitForCtrlC() throws InterruptedException {
    say("  stop       Ctrl-C");
    while (!isClosed() && !System.out.checkError()) {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
  }

  /** Ends the program first, then the collector, so that nothing is reported about our leaving. */
  @Override
  public void close() {
    synchronized (running) {
      closed = true;
      while (!running.isEmpty()) {
        running.removeLast().close();
      }
    }
  }

  private boolean show(Program program) throws InterruptedException {
    if (scenario.finding().isPresent()) {
      return showDiagnosis(program, scenario.finding().get());
    }
    if (scenario.sign().isPresent()) {
      return showSign(program, scenario.sign().get());
    }
    return showHealth(program);
  }

  /** No thread is left waiting, so that there is no finding: a number grows, and an alert fires. */
  private boolean showSign(Program program, Scenario.Sign sign) throws InterruptedException {
    Instant deadline = Instant.now().plus(SIGN_PATIENCE);
    Optional<String> series = Optional.empty();
    while (series.isEmpty()) {
      if (!program.isAlive()) {
        return failed("the program has ended", program);
      }
      if (Instant.now().isAfter(deadline)) {
        return failed(
            "no '%s' within %d s".formatted(sign.metric(), SIGN_PATIENCE.toSeconds()), program);
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
      series = collected.series(sign.metric(), sign.label());
    }
    relaying = false;
    say("%n  what Unpark says: no thread is stuck, but%n");
    say("    %s%n", series.get());
    say("  more       docs/runbooks/%s.md", sign.trouble());
    return true;
  }

  private boolean showDiagnosis(Program program, String type) throws InterruptedException {
    Instant deadline = Instant.now().plus(DIAGNOSIS_PATIENCE);
    while (!isDiagnosed(type)) {
      if (!program.isAlive()) {
        return failed("the program has ended", program);
      }
      if (Instant.now().isAfter(deadline)) {
        return failed(
            "no finding of type '%s' within %d s".formatted(type, DIAGNOSIS_PATIENCE.toSeconds()),
            program);
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
    Instant found = Instant.now();
    relaying = false;
    String text = collected.asText().orElse("");
    say("%n  what the JDK says:");
    say("    %s", JstackVerdict.of(jdk, program.pid()).orElse("nothing: it has no jstack"));
    Optional<Instant> hang = program.faultReached();
    say(
        "%n  what Unpark says%s:%n",
        hang.isPresent()
            ? String.format(
                Locale.ROOT, ", %.1f s after it hung", seconds(Duration.between(hang.get(), found)))
            : "");
    say("%s", text.stripTrailing().indent(2));
    return true;
  }

  private boolean showHealth(Program program) throws InterruptedException {
    say("  watching for %d s; every finding would be a false alarm", HEALTH_WATCH.toSeconds());
    Instant end = Instant.now().plus(HEALTH_WATCH);
    while (Instant.now().isBefore(end)) {
      if (!program.isAlive()) {
        return failed("the program has ended", program);
      }
      if (isFound("")) {
        say("%n%s", collected.asText().orElse("").indent(2));
        return failed("a finding about a program without a fault", program);
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
    say("%n  what Unpark says: nothing, and that is right%n");
    return true;
  }

  /** Whether the finding is there, and proven when it can be. */
  private boolean isDiagnosed(String type) throws InterruptedException {
    return isFound(type)
        && (!scenario.isProvable()
            || collected.asJson().filter(json -> json.contains("\"proven\"")).isPresent());
  }

  /** Whether there is an open finding whose type begins like this. */
  private boolean isFound(String type) throws InterruptedException {
    return collected.asJson().filter(json -> json.contains("\"type\":\"" + type)).isPresent();
  }

  private boolean answersInTime(Program collector) throws InterruptedException {
    Instant deadline = Instant.now().plus(COLLECTOR_PATIENCE);
    while (collector.isAlive() && Instant.now().isBefore(deadline)) {
      if (collected.asJson().isPresent()) {
        return true;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
    return false;
  }

  private Program start(List<String> command, String service, Consumer<String> listener) {
    Map<String, String> environment =
        service.isEmpty() ? Map.of() : Map.of("OTEL_SERVICE_NAME", service);
    synchronized (running) {
      if (closed) {
        throw new IllegalStateException("the demo is being stopped");
      }
      Program program = Program.start(command, environment, listener);
      running.add(program);
      return program;
    }
  }

  private boolean isClosed() {
    synchronized (running) {
      return closed;
    }
  }

  /** Findings are shown as the collector tells them, not also as the agent would. */
  private String agentOptions() {
    return "endpoint=" + endpoints.otlp() + ",findings.log=off";
  }

  private String moved() {
    return endpoints.equals(Endpoints.STANDARD) ? "" : " (a standard port is taken)";
  }

  private void relay(String line) {
    if (relaying) {
      say("  program  | %s", line);
    }
  }

  private static boolean failed(String why, Program program) {
    System.err.printf(
        "%s%n  found:    %s%n%s",
        why,
        program
            .exitStatus()
            .map(status -> "pid %d, exit status %d".formatted(program.pid(), status))
            .orElse("pid %d still runs".formatted(program.pid())),
        lastLines(program).indent(12));
    return false;
  }

  private static String lastLines(Program program) {
    List<String> lines = program.output().lines().toList();
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - LINES_OF_BLAME), lines.size()));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static void say(String format, Object... args) {
    System.out.println(String.format(Locale.ROOT, format, args));
  }
}
