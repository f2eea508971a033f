package dev.unpark.apps.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How a test starts a real Prometheus that scrapes its collector every second. */
final class PrometheusServer {
  private static final Path RULES = Observatory.BUILT.root().resolve("alert-rules");

  private PrometheusServer() {}

  /** The shipped rules as they are. */
  static Path shipped() {
    return RULES;
  }

  /** A copy of the shipped rules whose patience is {@code patience}, where they have any. */
  static Path impatient(Path scratch, String patience) throws IOException {
    Path copies = Files.createDirectories(scratch.resolve("rules"));
    try (Stream<Path> files = Files.list(RULES)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".rules.yml")).toList()) {
        Files.writeString(
            copies.resolve(file.getFileName().toString()),
            Files.readString(file).replaceAll("(?m)^( *for: ).*$", "$1" + patience));
      }
    }
    return copies;
  }

  /**
   * The command that starts it.
   *
   * @param alertmanager where it sends its alerts
   */
  static List<String> command(
      Path program, Path scratch, int port, int alertmanager, Observatory observatory, Path rules)
      throws IOException {
    String config =
        """
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
          evaluation_interval: 500ms
        rule_files: ["%s/*.rules.yml"]
        scrape_configs:
          - job_name: unpark-collector
            honor_labels: true
            static_configs:
              - targets: ["%s"]
        alerting:
          alertmanagers:
            - static_configs:
                - targets: ["127.0.0.1:%d"]
        """
            .formatted(
                rules.toRealPath(), observatory.endpoints().metrics().getAuthority(), alertmanager);
    Path file = Files.writeString(scratch.resolve("prometheus.yml"), config);
    return List.of(
        program.toString(),
        "--config.file=" + file,
        "--storage.tsdb.path=" + scratch.resolve("data"),
        "--web.listen-address=127.0.0.1:" + port,
        "--rules.alert.resend-delay=1s");
  }
}
