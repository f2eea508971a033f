package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The collector as users run it: a process of its own. */
class CollectorMainTest {
  @TempDir Path scratch;

  @Test
  void givenFreePorts_whenStartedAndTerminated_thenSaysWhereItListensAndStopsCleanly()
      throws Exception {
    try (CollectorProcess collector = CollectorProcess.ready(scratch, List.of())) {
      assertThat(Http.get(collector.webPort(), "/readyz")).isEqualTo("ready\n");
      assertThat(collector.property("pid")).isEqualTo("" + collector.process().pid());
      await().until(() -> collector.out().endsWith("\n"));
      assertThat(collector.out())
          .matches(
              "unpark-collector ready grpc=127\\.0\\.0\\.1:%d http=127\\.0\\.0\\.1:%d web=127\\.0\\.0\\.1:%d startup_ms=\\d+\\R"
                  .formatted(collector.grpcPort(), collector.httpPort(), collector.webPort()));

      collector.process().destroy();

      assertThat(collector.process().waitFor(15, TimeUnit.SECONDS)).isTrue();
      assertThat(collector.process().exitValue()).isEqualTo(143);
      assertThat(collector.err()).doesNotContain("ERROR", "Exception");
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
          {"--api-token="},
          {"--token="},
          {"--export-endpoint=localhost:4318"},
          {"surplus"},
          {"--config=no-such.yaml"}
        }) {
      try (CollectorProcess collector = CollectorProcess.start(scratch, List.of(), wrong)) {
        assertThat(collector.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(collector.process().exitValue()).as(collector.err()).isEqualTo(2);
        assertThat(collector.err())
            .startsWith("cannot start the collector: ")
            .contains("try:      ")
            .doesNotContain("\tat ");
      }
    }
  }

  @Test
  void givenAPortThatIsTaken_whenStarted_thenSaysWhichAndLeavesWithFour() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CollectorProcess collector =
            CollectorProcess.start(
                scratch,
                List.of(),
                "--grpc-port=0",
                "--http-port=" + taken.getLocalPort(),
                "--web-port=0")) {
      assertThat(collector.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(collector.process().exitValue()).isEqualTo(4);
      assertThat(collector.err())
          .startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + " for http\n")
          .contains("found:    ", "expected: ", "try:      --http-port 0")
          .doesNotContain("\tat ");
    }
  }
}
