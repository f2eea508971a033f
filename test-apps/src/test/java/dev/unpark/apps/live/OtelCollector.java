package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unpark.apps.launch.Ports;
import dev.unpark.apps.launch.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real OpenTelemetry Collector, as {@code scripts/interop} builds it. */
final class OtelCollector implements AutoCloseable {
  private static final String READY = "Everything is ready";

  private final Program program;
  private final List<URI> receivers;

  private OtelCollector(Program program, List<URI> receivers) {
    this.program = program;
    this.receivers = receivers;
  }

  /**
   * One with a receiver of OTLP/HTTP for each exporter, and pipelines between them for all three
   * signals.
   *
   * @param exporters as YAML, by name; each is one line
   */
  static OtelCollector start(Path scratch, Map<String, String> exporters) throws IOException {
    String path = System.getProperty("unpark.otelcol", "");
    assumeTrue(!path.isEmpty(), "no OpenTelemetry Collector was built");
    StringBuilder receiving = new StringBuilder();
    StringBuilder exporting = new StringBuilder();
    StringBuilder pipelines = new StringBuilder();
    List<URI> receivers = new java.util.ArrayList<>();
    for (Map.Entry<String, String> exporter : exporters.entrySet()) {
      int number = receivers.size();
      int port = Ports.free();
      receivers.add(URI.create("http://127.0.0.1:" + port));
      receiving.append(
          "  otlp/%d: {protocols: {http: {endpoint: \"127.0.0.1:%d\"}}}\n".formatted(number, port));
      exporting.append("  %s: %s\n".formatted(exporter.getKey(), exporter.getValue()));
      for (String signal : List.of("logs", "metrics", "traces")) {
        pipelines.append(
            "    %s/%d: {receivers: [otlp/%d], processors: [batch], exporters: [%s]}\n"
                .formatted(signal, number, number, exporter.getKey()));
      }
    }
    Path config =
        Files.writeString(
            scratch.resolve("otelcol.yaml"),
            """
            receivers:
            %sprocessors:
              batch: {timeout: 200ms}
            exporters:
            %sservice:
              telemetry: {metrics: {level: none}}
              pipelines:
            %s"""
                .formatted(receiving, exporting, pipelines));
    OtelCollector started =
        new OtelCollector(
            Program.start(List.of(path, "--config=" + config), Map.of(), line -> {}), receivers);
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .failFast(() -> assertThat(started.program.isAlive()).as(started.output()).isTrue())
          .until(() -> started.output().contains(READY));
      return started;
    } catch (RuntimeException | Error failed) {
      started.close();
      throw failed;
    }
  }

  /** Where the exporter of that number takes OTLP/HTTP. */
  URI receiver(int number) {
    return receivers.get(number);
  }

  /** What it said, its complaints about us included. */
  String output() {
    return program.output();
  }

  @Override
  public void close() {
    program.close();
  }
}
