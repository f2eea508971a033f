package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Endpoints;
import dev.unpark.apps.launch.Installation;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import one.profiler.AsyncProfiler;
import org.awaitility.core.TerminalFailureException;

/**
 * A collector of one test's own, and the programs that report to it. All of them are processes of
 * the jars that users run, and all end with the test.
 */
final class Observatory implements AutoCloseable {
  static final Installation BUILT =
      new Installation(Path.of(System.getProperty("unpark.home", "..")));

  private static final Duration START = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 5;
  private static final String PORT_TAKEN = "Address already in use";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<String> options;
  private Endpoints endpoints = Endpoints.free();
  private final Deque<Program> programs = new ArrayDeque<>();
  private final List<String> jvmOptions;
  private Program collector;
  private String evidence = "";

  /**
   * With a collector that answers.
   *
   * @param options of the collector, besides where it listens
   */
  Observatory(String... options) {
    this(List.of(), options);
  }

  private Observatory(List<String> jvmOptions, String... options) {
    this.jvmOptions = jvmOptions;
    this.options = List.of(options);
    collector = startWherePortsAreFree();
  }

  /** For many programs at once, each of which starts for half of the processor time. */
  static Observatory ofMany(String... options) {
    return new Observatory(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), options);
  }

  /** A port that was free a moment ago may have been taken by a test that runs beside this one. */
  private Program startWherePortsAreFree() {
    for (int attempt = 1; ; attempt++) {
      try {
        return startCollector();
      } catch (TerminalFailureException ended) {
        if (attempt == ATTEMPTS || !String.valueOf(ended.getMessage()).contains(PORT_TAKEN)) {
          throw ended;
        }
        endpoints = Endpoints.free();
      }
    }
  }

  Endpoints endpoints() {
    return endpoints;
  }

  /** Starts a program under the agent; its service is the scenario's name with the JDK's. */
  Program watch(Jdk jdk, Scenario scenario, String... args) {
    return watchAs(service(jdk, scenario), "", jdk, scenario, args);
  }

  /** Starts any program of the jar under the agent. */
  Program watch(Jdk jdk, String service, Class<?> mainClass, String... args) {
    return watch(jdk, service, mainClass, endpoints.otlp(), args);
  }

  /** The same, whose agent sends to there. */
  Program watch(Jdk jdk, String service, Class<?> mainClass, URI otlp, String... args) {
    return start(jdk, "endpoint=" + otlp, Map.of("OTEL_SERVICE_NAME", service), mainClass, args);
  }

  /**
   * Starts a program under the agent.
   *
   * @param instance its name among those of the service; empty for one that the agent makes up
   */
  Program watchAs(String service, String instance, Jdk jdk, Scenario scenario, String... args) {
    Map<String, String> names = new HashMap<>(Map.of("OTEL_SERVICE_NAME", service));
    if (!instance.isEmpty()) {
      names.put("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=" + instance);
    }
    String options =
        "endpoint=" + endpoints.otlp() + (scenario == Scenario.PAYMENTS_DEADLOCK ? evidence : "");
    return start(jdk, options, names, scenario.mainClass(), args);
  }

  private Program start(
      Jdk jdk, String options, Map<String, String> names, Class<?> mainClass, String... args) {
    List<String> command =
        new ArrayList<>(BUILT.underAgent(jdk, options, mainClass, List.of(args)));
    command.addAll(1, jvmOptions);
    Program program = Program.start(command, names, line -> {});
    programs.add(program);
    return program;
  }

  /** From now on agents profile payments that deadlock, as evidence. */
  void keepEvidence(Path folder) {
    try {
      Path profiler =
          Path.of(AsyncProfiler.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      evidence = ",evidence=" + folder + ",evidence.profiler=" + profiler;
    } catch (URISyntaxException e) {
      throw new AssertionError("the profiler is in no jar", e);
    }
  }

  static String service(Jdk jdk, Scenario scenario) {
    return scenario.label() + "-" + jdk.feature();
  }

  /** The open findings. */
  List<JsonNode> findings() {
    try {
      JsonNode findings = JSON.readTree(get(endpoints.findings()).orElse("[]"));
      return StreamSupport.stream(findings.spliterator(), false).toList();
    } catch (IOException e) {
      throw new AssertionError("the findings are no JSON", e);
    }
  }

  /** Sum of the samples of a metric whose labels match; empty when there is no such sample. */
  Optional<Double> metric(String name, String... labels) {
    String metrics = get(endpoints.metrics()).orElse("");
    Matcher sample =
        Pattern.compile("(?m)^" + name + "(?:\\{(.*)})? ([0-9.eE+-]+)").matcher(metrics);
    Optional<Double> sum = Optional.empty();
    while (sample.find()) {
      String found = sample.group(1) == null ? "" : sample.group(1);
      if (List.of(labels).stream().allMatch(found::contains)) {
        sum = Optional.of(sum.orElse(0.0) + Double.parseDouble(sample.group(2)));
      }
    }
    return sum;
  }

  /** Sends the collector what is no OTLP, and a log record that is none of ours. */
  void sendWhatIsNotUsed() {
    post("{", 400);
    post("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}", 200);
  }

  private void post(String logs, int expected) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoints.otlp().resolve("/v1/logs"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(logs))
            .build();
    try {
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(expected);
    } catch (IOException e) {
      throw new AssertionError("the collector does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void stopCollector() {
    collector.close();
  }

  /** Starts it again, on the same ports. */
  void restartCollector() {
    collector = startCollector();
  }

  /** What collector and programs printed, for the message of a test that fails. */
  String outputs() {
    StringBuilder outputs = new StringBuilder("collector:\n" + collector.output().indent(2));
    for (Program program : programs) {
      outputs.append("program ").append(program.pid()).append(":\n");
      outputs.append(program.output().indent(2));
    }
    return outputs.toString();
  }

  @Override
  public void close() {
    while (!programs.isEmpty()) {
      programs.removeLast().close();
    }
    collector.close();
  }

  private Program startCollector() {
    List<String> command = new ArrayList<>(BUILT.collector(Jdk.current(), endpoints));
    if (options.stream().anyMatch(option -> option.startsWith("--incidents="))) {
      command.remove("--incidents=none");
    }
    command.addAll(options);
    Program started = Program.start(command, Map.of(), line -> {});
    try {
      await()
          .atMost(START)
          .failFast(() -> assertThat(started.isAlive()).as(started.output()).isTrue())
          .until(() -> get(endpoints.findings()).isPresent());
      return started;
    } catch (RuntimeException | Error e) {
      started.close();
      throw e;
    }
  }

  /** The answer of a URL, when there is one with status 200. */
  Optional<String> get(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
