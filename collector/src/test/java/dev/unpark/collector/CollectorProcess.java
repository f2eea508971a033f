package dev.unpark.collector;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The collector as users run it, a process of its own; killed when closed. */
final class CollectorProcess implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private final Properties ports = new Properties();

  private CollectorProcess(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /** Starts one on free ports and waits until it is ready. */
  static CollectorProcess ready(Path folder, List<String> ofJvm, String... options)
      throws IOException {
    Path ports = folder.resolve("ports");
    Files.deleteIfExists(ports);
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--grpc-port=0", "--http-port=0", "--web-port=0", "--ports-file=" + ports));
    CollectorProcess started = start(folder, ofJvm, all.toArray(String[]::new));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(ports) || !started.process.isAlive());
    if (!Files.exists(ports)) {
      throw new IOException("the collector has ended: " + started.err());
    }
    try (var in = Files.newBufferedReader(ports)) {
      started.ports.load(in);
    }
    return started;
  }

  /** Starts one and does not wait. */
  static CollectorProcess start(Path folder, List<String> ofJvm, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(ofJvm);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(CollectorMain.class.getName());
    command.addAll(List.of(options));
    if (command.stream().noneMatch(option -> option.startsWith("--incidents="))) {
      command.add("--incidents=none");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("UNPARK_"));
    return new CollectorProcess(folder, builder.start());
  }

  Process process() {
    return process;
  }

  int httpPort() {
    return port("http.port");
  }

  int grpcPort() {
    return port("grpc.port");
  }

  int webPort() {
    return port("web.port");
  }

  String property(String name) {
    return ports.getProperty(name);
  }

  String out() throws IOException {
    return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
  }

  String err() throws IOException {
    return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
  }

  private int port(String name) {
    return Integer.parseInt(ports.getProperty(name));
  }

  /** As {@code kill -9}: without a word, whatever it was doing. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
