package dev.unpark.apps.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The jars of a built working copy, and the command lines that they are started with.
 *
 * @param root the directory of the working copy
 */
public record Installation(Path root) {
  /** A program that is watched has no use for more, and a test machine runs several. */
  private static final String HEAP = "-Xmx256m";

  public Path agentJar() {
    return root.resolve("agent/target/unpark-agent.jar");
  }

  public Path collectorJar() {
    return root.resolve("collector/target/unpark-collector.jar");
  }

  public Path cliJar() {
    return root.resolve("analyzer-cli/target/unpark.jar");
  }

  public Path appsJar() {
    return root.resolve("test-apps/target/unpark-test-apps.jar");
  }

  /** Those of its jars that have not been built. */
  public List<Path> missing() {
    return List.of(agentJar(), collectorJar(), appsJar()).stream()
        .filter(jar -> !Files.isRegularFile(jar))
        .toList();
  }

  /** A collector that listens there. */
  public List<String> collector(Jdk jdk, Endpoints endpoints) {
    return List.of(
        jdk.tool("java").toString(),
        HEAP,
        "-jar",
        collectorJar().toString(),
        "--incidents=none",
        "--grpc-port=" + endpoints.grpcPort(),
        "--http-port=" + endpoints.httpPort(),
        "--web-port=" + endpoints.webPort());
  }

  /**
   * A program of the test-apps under the agent.
   *
   * @param agentOptions what follows the {@code =} of {@code -javaagent}; empty for none
   */
  public List<String> underAgent(
      Jdk jdk, String agentOptions, Class<?> mainClass, List<String> args) {
    String agent = "-javaagent:" + agentJar() + (agentOptions.isEmpty() ? "" : "=" + agentOptions);
    List<String> command = new ArrayList<>();
    command.addAll(List.of(jdk.tool("java").toString(), HEAP, agent));
    command.addAll(List.of("-cp", appsJar().toString(), mainClass.getName()));
    command.addAll(args);
    return List.copyOf(command);
  }
}
