package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.program.Benign;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JVM serves its own metrics. */
class MetricsLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir Path folder;

  @Test
  void givenAPort_whenAsked_thenTheMetricsAreInPrometheusSpelling() throws Exception {
    try (HostJvm jvm =
        HostJvm.start(JDK, folder, "prometheus.port=0", Map.of(), Benign.class, "60")) {
      String place = jvm.place();
      try (Socket silent = new Socket("127.0.0.1", URI.create(place).getPort())) {
        OutputStream out = silent.getOutputStream();
        out.write("GET /metr".getBytes(StandardCharsets.US_ASCII));
        out.flush();

        await().atMost(PATIENCE).until(() -> get(place + "/metrics").body().contains("thread"));
      }
      HttpResponse<String> answer = get(place + "/metrics");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
      assertThat(answer.body())
          .contains("# TYPE unpark_agent_cpu_time_seconds_total counter\n")
          .contains("jvm_thread_count{jvm_thread_daemon=\"true\",")
          .contains("unpark_agent_sampler_duration_seconds_bucket{le=\"+Inf\"} ")
          .contains("target_info{")
          .contains("service_name=\"Benign\"");
      assertThat(answer.body().lines().filter(line -> line.startsWith("# TYPE")))
          .doesNotHaveDuplicates();
      assertThat(get(place + "/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void givenAPortInUse_whenStarted_thenOneLineTellsAndTheProgramRuns() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String options = "prometheus.port=" + taken.getLocalPort();
      try (HostJvm jvm = HostJvm.start(JDK, folder, options, Map.of(), Benign.class, "6")) {
        assertThat(jvm.exitCode(60)).isZero();
        assertThat(jvm.stdout()).isEqualTo("fine\n");
        assertThat(jvm.agentLines())
            .singleElement()
            .asString()
            .startsWith("unpark: cannot serve metrics at 127.0.0.1:" + taken.getLocalPort());
      }
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(), BodyHandlers.ofString());
  }
}
