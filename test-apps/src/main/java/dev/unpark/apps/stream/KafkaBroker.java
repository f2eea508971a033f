package dev.unpark.apps.stream;

import dev.unpark.apps.parts.Server;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker of its own, which is its own controller, on free ports of the loopback interface.
 * Its jars lie beside that of the programs.
 */
final class KafkaBroker implements AutoCloseable {
  private final Server server;
  private final int port;

  private KafkaBroker(Server server, int port) {
    this.server = server;
    this.port = port;
  }

  static KafkaBroker start() throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("unpark-kafka");
    int port = Server.freePort();
    Path config = Files.writeString(data.resolve("server.properties"), config(data, port));
    String id = Uuid.randomUuid().toString();
    Server.run(java("kafka.tools.StorageTool", "format", "-t", id, "-c", config.toString()));
    return new KafkaBroker(
        Server.start(List.of(), java("kafka.Kafka", config.toString()), "KILL", data), port);
  }

  private static String config(Path data, int port) throws IOException {
    int controller = Server.freePort();
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        group.initial.rebalance.delay.ms=0
        num.partitions=3
        """
        .formatted(port, controller, data.resolve("log"));
  }

  private static List<String> java(String mainClass, String... args) throws IOException {
    Path apps = jar();
    String classPath = apps.resolveSibling("kafka") + "/*" + File.pathSeparator + apps;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                mainClass));
    command.addAll(List.of(args));
    return command;
  }

  private static Path jar() throws IOException {
    try {
      return Path.of(KafkaBroker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the jar of the programs cannot be found", e);
    }
  }

  /** Where clients find it; it answers after some seconds. */
  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
