package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Ports;
import dev.unpark.apps.launch.Program;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A current Prometheus takes our OTLP, scrapes our page, and answers PromQL over both. */
class PrometheusInterop {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "payments";

  /** What the collector itself finds is on its page alone, no agent sends it. */
  private static final Pattern FOUND_HERE =
      Pattern.compile("unpark_(finding|findings|deadlock|deadlocks)_.*|target_info");

  @TempDir Path scratch;

  @Test
  void givenAPrometheusWithItsOtlpReceiver_whenOursForwardsAndExports_thenPromQlAnswers()
      throws Exception {
    String path = System.getProperty("unpark.prometheus", "");
    assumeTrue(!path.isEmpty(), "no Prometheus was built");
    int port = Ports.free();
    String server = "http://127.0.0.1:" + port;
    Path config =
        Files.writeString(
            scratch.resolve("unpark.yaml"),
            """
            export-interval: 1s
            exports: [{endpoint: "%1$s/api/v1/otlp", signals: [metrics]}]
            forward: [{endpoint: "%1$s/api/v1/otlp", signals: [metrics]}]
            """
                .formatted(server));
    try (Observatory observatory = new Observatory("--config=" + config);
        Program prometheus = Program.start(command(path, port, observatory), Map.of(), l -> {})) {
      await()
          .atMost(PATIENCE)
          .failFast(() -> assertThat(prometheus.isAlive()).as(prometheus.output()).isTrue())
          .until(() -> observatory.get(URI.create(server + "/-/ready")).isPresent());
      observatory.watch(Jdk.current(), SERVICE, Scenario.PAYMENTS_DEADLOCK.mainClass());

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                String of = "{job=\"" + SERVICE + "\"}";
                assertThat(value(observatory, server, "sum(jvm_thread_count" + of + ")"))
                    .as(prometheus.output())
                    .isGreaterThan(2);
                assertThat(
                        value(
                            observatory,
                            server,
                            "sum(unpark_collector_jvms{job=\"unpark-collector\"})"))
                    .isEqualTo(1);
                assertThat(value(observatory, server, "up{job=\"scraped\"}")).isEqualTo(1);
                assertThat(
                        value(
                            observatory,
                            server,
                            "sum(unpark_finding_active{exported_job=\"" + SERVICE + "\"})"))
                    .isEqualTo(1);
              });
      // Under the very names and labels that it would have got by scraping.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(taken(observatory, server)).isEqualTo(shown(observatory)));
      assertThat(observatory.metric("unpark_collector_export_failures_total")).isEmpty();
      assertThat(observatory.metric("unpark_collector_dropped_total", "reason=\"forward"))
          .isEmpty();
      JsonNode groups = ask(observatory, server + "/api/v1/rules").path("groups");
      assertThat(groups.findValuesAsText("health")).isNotEmpty().doesNotContain("err");
    }
  }

  private List<String> command(String path, int port, Observatory observatory) throws IOException {
    Path file =
        Files.writeString(
            scratch.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: ["%s/*.rules.yml"]
            storage: {tsdb: {out_of_order_time_window: 10m}}
            scrape_configs:
              - job_name: scraped
                static_configs: [{targets: ["%s"]}]
            """
                .formatted(
                    Observatory.BUILT.root().resolve("alert-rules").toRealPath(),
                    observatory.endpoints().metrics().getAuthority()));
    return List.of(
        path,
        "--config.file=" + file,
        "--storage.tsdb.path=" + scratch.resolve("data"),
        "--web.listen-address=127.0.0.1:" + port,
        "--web.enable-otlp-receiver");
  }

  /** Labels by metric that Prometheus made of what was forwarded to it. */
  private static Map<String, Set<String>> taken(Observatory observatory, String server)
      throws IOException {
    Map<String, Set<String>> labels = new TreeMap<>();
    String match = URLEncoder.encode("{job=\"" + SERVICE + "\"}", StandardCharsets.UTF_8);
    for (JsonNode series : ask(observatory, server + "/api/v1/series?match[]=" + match)) {
      String name = series.path("__name__").asText();
      if (!FOUND_HERE.matcher(name).matches()) {
        Set<String> its = labels.computeIfAbsent(name, key -> new TreeSet<>());
        series.fieldNames().forEachRemaining(its::add);
        its.remove("__name__");
      }
    }
    return labels;
  }

  /** Labels by metric as our own page shows them. */
  private static Map<String, Set<String>> shown(Observatory observatory) {
    Map<String, Set<String>> labels = new TreeMap<>();
    Pattern label = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"");
    for (String line : observatory.get(observatory.endpoints().metrics()).orElse("").split("\n")) {
      int brace = line.indexOf('{');
      if (brace > 0
          && line.contains("job=\"" + SERVICE + "\"")
          && !FOUND_HERE.matcher(line.substring(0, brace)).matches()) {
        Set<String> its = labels.computeIfAbsent(line.substring(0, brace), key -> new TreeSet<>());
        Matcher each = label.matcher(line.substring(brace));
        while (each.find()) {
          its.add(each.group(1));
        }
      }
    }
    return labels;
  }

  private static double value(Observatory observatory, String server, String query)
      throws IOException {
    String url = server + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    return ask(observatory, url).at("/result/0/value/1").asDouble(Double.NaN);
  }

  private static JsonNode ask(Observatory observatory, String url) throws IOException {
    return JSON.readTree(observatory.get(URI.create(url)).orElse("{}")).path("data");
  }
}
