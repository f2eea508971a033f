package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.JvmIdentity;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportTest {
  /** Enough that several events wait behind the first and travel in one batch. */
  private static final int ROUNDS = 5;

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");

  @Test
  void givenABackendThatIsBusyAtFirst_whenAFindingOpensAndCloses_thenItsEventsArriveInOrder()
      throws Exception {
    try (OtlpSink sink = new OtlpSink()) {
      sink.beBusyFor(1);
      try (Collector collector =
              Collector.start(
                  Settings.exportingTo(sink.endpoint(), Map.of("Authorization", "Bearer secret")));
          SendingJvm jvm = SendingJvm.overHttp(JVM, collector)) {
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          Instant hang = NOON.plusSeconds(20L * round);
          jvm.send(Looks.deadlocked(JVM, hang));
          jvm.send(Looks.deadlocked(JVM, hang.plusSeconds(1)));
          jvm.send(Looks.released(JVM, hang.plusSeconds(10)));
          expected.add("unpark.finding.opened");
          expected.add("unpark.finding.closed");
        }

        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(events(sink)).isEqualTo(expected));
        await().until(() -> !sink.metrics().isEmpty());
        assertThat(Http.get(collector.webPort(), "/metrics"))
            .doesNotContain("unpark_collector_export_failures_total");
      }
      ResourceLogs first = sink.logs().get(0).getResourceLogs(0);
      assertThat(first.getResource().getAttributesList())
          .contains(
              Requests.attribute("service.name", "payments"),
              Requests.attribute("service.instance.id", "payments-1"));
      LogRecord opened = first.getScopeLogs(0).getLogRecords(0);
      assertThat(opened.getSeverityText()).isEqualTo("ERROR");
      assertThat(opened.getBody().getStringValue()).contains("transfer-1");
      assertThat(opened.getAttributesList())
          .contains(
              Requests.attribute("unpark.finding.type", "deadlock"),
              Requests.attribute("unpark.finding.runbook", "docs/runbooks/deadlock.md"));
      assertThat(sink.tokens()).containsOnly("Bearer secret");
      assertThat(sink.metrics().get(0).toString())
          .contains("unpark.collector.received", "unpark-collector");
    }
  }

  @Test
  void givenASecondCollector_whenTheFirstExportsToIt_thenItShowsTheFirstOnesMetrics()
      throws Exception {
    try (Collector second = Collector.start(CollectorSettings.onFreePorts());
        Collector first =
            Collector.start(
                Settings.exportingTo(
                    URI.create("http://127.0.0.1:" + second.httpPort()), Map.of()))) {
      assertThat(first.webPort()).isPositive();
      await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(second.webPort(), "/metrics"))
                      .containsPattern(
                          "unpark_collector_jvms\\{instance=\"[^\"]+\",job=\"unpark-collector\"}"));
    }
  }

  @Test
  void givenABackendThatIsNotThere_whenExporting_thenDiagnosisGoesOnAndFailuresAreCounted()
      throws Exception {
    URI nobody;
    try (OtlpSink sink = new OtlpSink()) {
      nobody = sink.endpoint();
    }
    try (Collector collector = Collector.start(Settings.exportingTo(nobody, Map.of()));
        SendingJvm jvm = SendingJvm.overHttp(JVM, collector)) {
      jvm.send(Looks.deadlocked(JVM, NOON));
      jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(1)));

      await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/api/findings"))
                      .contains("\"certainty\":\"proven\""));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/metrics"))
                      .contains("unpark_collector_export_failures_total{signal=\"logs\"}"));
    }
  }

  private static List<String> events(OtlpSink sink) {
    return sink.logs().stream()
        .flatMap(request -> request.getResourceLogsList().stream())
        .flatMap(resource -> resource.getScopeLogsList().stream())
        .flatMap(scope -> scope.getLogRecordsList().stream())
        .map(LogRecord::getEventName)
        .toList();
  }
}
