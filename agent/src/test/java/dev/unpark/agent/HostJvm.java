package dev.unpark.agent;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.tools.attach.VirtualMachine;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A JVM of its own, with or without the agent, that a test starts and watches. */
public final class HostJvm implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern PLACE =
      Pattern.compile("metrics at (http://127.0.0.1:\\d+)/metrics");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Path folder;
  private final Process process;

  private HostJvm(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /** The JDKs to test on: the one that runs this test, and JDK 25 where there is one. */
  public static List<Path> jdks() {
    Path own = Path.of(System.getProperty("java.home"));
    return Stream.concat(Stream.of(own), jdk25().stream().filter(jdk -> !jdk.equals(own))).toList();
  }

  /** JDK 25 by JAVA25_HOME, or beside the JDK that runs this test; empty when there is none. */
  static List<Path> jdk25() {
    String home = System.getenv("JAVA25_HOME");
    if (home != null) {
      return List.of(Path.of(home));
    }
    Path own = Path.of(System.getProperty("java.home"));
    if (Runtime.version().feature() == 25) {
      return List.of(own);
    }
    try (Stream<Path> beside = Files.list(own.toRealPath().getParent())) {
      return beside
          .filter(folder -> folder.getFileName().toString().contains("25"))
          .filter(folder -> Files.isExecutable(folder.resolve("bin/java")))
          .limit(1)
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Jars of this test's own class path, of artifacts whose names begin so. */
  static List<String> libraries(String... artifacts) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            jar ->
                Stream.of(artifacts)
                    .anyMatch(artifact -> new File(jar).getName().startsWith(artifact)))
        .toList();
  }

  static String agentJar() {
    return System.getProperty("unpark.test.agent", "target/unpark-agent.jar");
  }

  /**
   * Starts a program.
   *
   * @param agentOptions options of the agent, or null to go without it
   */
  static HostJvm start(
      Path jdk,
      Path folder,
      String agentOptions,
      Map<String, String> environment,
      Class<?> program,
      String... arguments)
      throws IOException {
    return start(jdk, folder, agentOptions, environment, List.of(), program, arguments);
  }

  /**
   * Starts a program that uses libraries.
   *
   * @param libraries jars or folders, beside the compiled tests
   */
  static HostJvm start(
      Path jdk,
      Path folder,
      String agentOptions,
      Map<String, String> environment,
      List<String> libraries,
      Class<?> program,
      String... arguments)
      throws IOException {
    List<String> jvmOptions =
        agentOptions == null ? List.of() : List.of("-javaagent:" + agentJar() + "=" + agentOptions);
    return run(jdk, folder, jvmOptions, environment, libraries, program, arguments);
  }

  /** Starts a program with options of the JVM as they are. */
  static HostJvm start(
      Path jdk,
      Path folder,
      List<String> jvmOptions,
      Map<String, String> environment,
      Class<?> program,
      String... arguments)
      throws IOException {
    return run(jdk, folder, jvmOptions, environment, List.of(), program, arguments);
  }

  private static HostJvm run(
      Path jdk,
      Path folder,
      List<String> jvmOptions,
      Map<String, String> environment,
      List<String> libraries,
      Class<?> program,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(jdk.resolve("bin/java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-Xmx128m");
    command.addAll(jvmOptions);
    command.add("-cp");
    List<String> classPath = new ArrayList<>();
    classPath.add(new File("target/test-classes").getAbsolutePath());
    classPath.addAll(libraries);
    command.add(String.join(File.pathSeparator, classPath));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    builder.environment().putAll(environment);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new HostJvm(folder, builder.start());
  }

  long pid() {
    return process.pid();
  }

  int exitCode(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("the program did not end in " + seconds + " s\n" + stderr());
    }
    return process.exitValue();
  }

  /** Loads the agent into it; answers what became of that. */
  String attach(String options) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(pid()));
    try {
      machine.loadAgent(new File(agentJar()).getAbsolutePath(), options);
      return machine.getAgentProperties().getProperty("unpark.agent", "no answer");
    } finally {
      machine.detach();
    }
  }

  String stdout() {
    return read("stdout");
  }

  String stderr() {
    return read("stderr");
  }

  /** What the agent said on stderr. */
  List<String> agentLines() {
    return stderr().lines().filter(line -> line.startsWith("unpark:")).toList();
  }

  /** What others said on stderr. */
  List<String> otherLines() {
    return stderr().lines().filter(line -> !line.startsWith("unpark:")).toList();
  }

  /** Where the agent serves its metrics, once it says so. */
  String place() {
    Matcher matcher = PLACE.matcher("");
    await().atMost(PATIENCE).until(() -> matcher.reset(stderr()).find());
    return matcher.group(1);
  }

  /** What the agent answers at that path. */
  String scrape(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(place() + path)).timeout(PATIENCE).build();
    try {
      return CLIENT.send(request, BodyHandlers.ofString()).body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** The findings that the agent wrote so far, each change one element. */
  List<JsonNode> findings() {
    List<JsonNode> findings = new ArrayList<>();
    for (String line : read("findings.json").lines().toList()) {
      try {
        findings.add(JSON.readTree(line));
      } catch (IOException torn) {
        throw new AssertionError("not a line of JSON: " + line, torn);
      }
    }
    return findings;
  }

  private String read(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
