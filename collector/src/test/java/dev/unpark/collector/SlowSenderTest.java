package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Senders that hold a connection by sending a byte now and then. */
class SlowSenderTest {
  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 100000", "Transfer-Encoding: chunked"})
  void givenABodyThatNeverEnds_whenItsTimeIsOver_thenToldToComeBackAndTheConnectionEnds(
      String framing) throws Exception {
    try (Collector collector =
            Collector.start(Settings.onFreePorts().requestTimeout(Duration.ofMillis(500)).build());
        RawHttp connection = new RawHttp(collector.httpPort())) {
      connection.head(
          "POST /v1/logs HTTP/1.1", "Host: localhost", "Content-Type: application/json", framing);

      RawHttp.Answer answer = connection.answer();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("retry-after", "2");
      assertThat(answer.text()).contains("did not come whole in time");
      assertThat(endsWhileDripping(connection)).isTrue();
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_rejected_total{reason=\"broken_off\",signal=\"logs\"} 1.0");
    }
  }

  /** Whether the other end closes though more is sent; a byte at a time, some seconds at most. */
  private static boolean endsWhileDripping(RawHttp connection) {
    try {
      for (int i = 0; i < 5_000_000; i++) {
        connection.send("x");
      }
      return false;
    } catch (IOException closed) {
      return true;
    }
  }
}
