package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.unpark.collector.publish.Forwarder;
import dev.unpark.collector.series.Signal;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What agents send is passed on. */
class ForwardTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");

  @Test
  void givenAnEndpointThatIsBusyForAWhile_whenAgentsSend_thenItGetsAllAsItCame() throws Exception {
    ExportLogsServiceRequest look =
        Requests.observation(JVM, new ObservationEncoder(), Looks.released(JVM, NOON));
    ExportTraceServiceRequest spans = spans();
    try (OtlpSink sink = new OtlpSink();
        Collector collector = forwarding(sink.endpoint(), EnumSet.allOf(Signal.class))) {
      sink.beBusyFor(1);
      send(collector, "logs", look);
      send(collector, "traces", spans);

      await().untilAsserted(() -> assertThat(sink.traces()).containsExactly(spans));
      assertThat(sink.logs()).containsExactly(look);
      assertThat(sink.tokens()).containsOnly("Bearer a-secret");
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .doesNotContain("reason=\"not_used\"", "reason=\"forward_");
    }
  }

  @Test
  void givenAnEndpointThatIsGone_whenAgentsSend_thenTheyAreAnsweredAndTheLossIsCounted()
      throws Exception {
    URI gone;
    try (OtlpSink sink = new OtlpSink()) {
      gone = sink.endpoint();
    }
    try (Collector collector = forwarding(gone, Set.of(Signal.TRACES))) {
      send(collector, "traces", spans());

      await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/metrics"))
                      .contains("{reason=\"forward_failed\",signal=\"traces\"} 1.0"));
    }
  }

  private static Collector forwarding(URI endpoint, Set<Signal> signals) throws StartFailure {
    Map<String, String> headers = Map.of("authorization", "Bearer a-secret");
    return Collector.start(
        CollectorSettings.builder()
            .ports(0, 0, 0)
            .forwardTo(new Forwarder.To(endpoint, headers, signals, Duration.ofSeconds(1)))
            .build());
  }

  private static void send(Collector collector, String signal, Message request) throws Exception {
    assertThat(
            Http.send(
                    "POST",
                    collector.httpPort(),
                    "/v1/" + signal,
                    request.toByteArray(),
                    "Content-Type",
                    "application/x-protobuf")
                .statusCode())
        .isEqualTo(200);
  }

  private static ExportTraceServiceRequest spans() {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Requests.resource(JVM))
                .addScopeSpans(
                    ScopeSpans.newBuilder().addSpans(Span.newBuilder().setName("GET /cart"))))
        .build();
  }
}
