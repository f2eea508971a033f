package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The collector as users run it: a process of its own. */
class CollectorMainTest {
  @TempDir Path scratch;

  @Test
  void givenFreePorts_whenStartedAndTerminated_thenSaysWhereItListensAndStopsCleanly()
      throws Exception {
    Path ports = scratch.resolve("ports");
    Process collector =
        start("--grpc-port=0", "--http-port=0", "--web-port=0", "--ports-file=" + ports);
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.exists(ports) || !collector.isAlive());
      Properties written = new Properties();
      written.load(Files.newBufferedReader(ports));
      int webPort = Integer.parseInt(written.getProperty("web.port"));

      assertThat(Http.get(webPort, "/readyz")).isEqualTo("ready\n");
      assertThat(written.getProperty("pid")).isEqualTo("" + collector.pid());
      await().until(() -> text("out").endsWith("\n"));
      assertThat(text("out"))
          .matches(
              "unpark-collector ready grpc=127\\.0\\.0\\.1:%s http=127\\.0\\.0\\.1:%s web=127\\.0\\.0\\.1:%s startup_ms=\\d+\\R"
                  .formatted(
                      written.getProperty("grpc.port"), written.getProperty("http.port"), webPort));

      collector.destroy();

      assertThat(collector.waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(collector.exitValue()).isEqualTo(143);
      assertThat(text("err")).doesNotContain("ERROR", "Exception");
    } finally {
      collector.destroyForcibly();
    }
  }

  @Test
  void givenBadOptions_whenStarted_thenSaysSoAndLeavesWithTwo() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"--grcp-port=1"},
          {"--http-port=70000"},
          {"--web-port=abc"},
          {"--forget-after=soon"},
          {"--max-jvms=0"},
          {"--export-endpoint=localhost:4318"},
          {"surplus"}
        }) {
      Process collector = start(wrong);
      assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(collector.exitValue()).as(text("err")).isEqualTo(2);
      assertThat(text("err"))
          .startsWith("cannot start the collector: ")
          .contains("try:      ")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void givenAPortThatIsTaken_whenStarted_thenSaysWhichAndLeavesWithFour() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process collector =
          start("--grpc-port=0", "--http-port=" + taken.getLocalPort(), "--web-port=0");

      assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(collector.exitValue()).isEqualTo(4);
      assertThat(text("err"))
          .startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + " for http\n")
          .contains("found:    ", "expected: ", "try:      --http-port 0")
          .doesNotContain("\tat ");
    }
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(CollectorMain.class.getName());
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(scratch.resolve("out").toFile())
            .redirectError(scratch.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("UNPARK_"));
    return builder.start();
  }

  private String text(String stream) throws IOException {
    return Files.readString(scratch.resolve(stream), StandardCharsets.UTF_8);
  }
}
