package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CollectorTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");

  private Collector collector;

  @BeforeEach
  void start() throws StartFailure {
    collector = Collector.start(CollectorSettings.onFreePorts());
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void givenADeadlockSentOverHttp_whenAsked_thenItIsProvenEverywhere() throws Exception {
    assertDeadlockIsTold(SendingJvm::overHttp);
  }

  @Test
  void givenADeadlockSentOverGrpc_whenAsked_thenItIsProvenEverywhere() throws Exception {
    assertDeadlockIsTold(SendingJvm::overGrpc);
  }

  private void assertDeadlockIsTold(BiFunction<JvmIdentity, Collector, SendingJvm> transport)
      throws Exception {
    try (SendingJvm jvm = transport.apply(JVM, collector)) {
      jvm.send(Looks.deadlocked(JVM, NOON));
      jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(1)));

      await().untilAsserted(() -> assertThat(findings("")).contains("\"certainty\":\"proven\""));
      assertThat(findings(""))
          .contains("\"type\":\"deadlock\"")
          .contains("\"name\":\"transfer-1\"")
          .contains("\"instance\":\"payments-1\"");
      assertThat(findings("?service=other")).isEqualTo("[]\n");
      assertThat(Http.get(collector.webPort(), "/api/findings", "Accept", "text/plain"))
          .startsWith("payments, payments-1, pid 4711, JDK 25.0.3\n\nPROVEN  deadlock  ")
          .contains("docs/runbooks/deadlock.md");
      assertThat(metrics())
          .contains(
              "unpark_deadlock_thread_count{deadlock_kind=\"reentrant\",instance=\"payments-1\","
                  + "job=\"payments\"} 2.0",
              "unpark_deadlocks_total{deadlock_kind=\"reentrant\",instance=\"payments-1\","
                  + "job=\"payments\"} 1.0",
              "unpark_finding_active{certainty=\"proven\",finding_type=\"deadlock\","
                  + "instance=\"payments-1\",job=\"payments\",severity=\"critical\"} 1.0",
              "target_info{host_name=\"host-1\",instance=\"payments-1\",job=\"payments\"");

      jvm.send(Looks.released(JVM, NOON.plusSeconds(10)));

      await().untilAsserted(() -> assertThat(findings("")).isEqualTo("[]\n"));
      assertThat(findings("?state=all")).contains("\"state\":\"closed\"");
      assertThat(metrics())
          .contains(
              "unpark_deadlock_thread_count{deadlock_kind=\"reentrant\",instance=\"payments-1\","
                  + "job=\"payments\"} 0.0");
    }
  }

  @Test
  void givenTwoJvms_whenOneIsDeadlocked_thenOnlyThatOneIsToldOf() throws Exception {
    JvmIdentity other = Looks.jvm("payments-2");
    try (SendingJvm sick = SendingJvm.overHttp(JVM, collector);
        SendingJvm well = SendingJvm.overHttp(other, collector)) {
      for (int i = 0; i < 3; i++) {
        sick.send(Looks.deadlocked(JVM, NOON.plusSeconds(i)));
        well.send(Looks.released(other, NOON.plusSeconds(i)));
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(Http.get(collector.webPort(), "/api/jvms"))
                      .contains(
                          "\"instance\":\"payments-1\"",
                          "\"instance\":\"payments-2\"",
                          "\"lastObservation\":\"2026-01-31T12:00:02Z\""));
      assertThat(findings("")).contains("payments-1").doesNotContain("payments-2");
    }
  }

  @Test
  void givenAJvmThatIsRestarted_whenItReportsAgain_thenItsOldFindingsAreOver() throws Exception {
    try (SendingJvm before = SendingJvm.overHttp(JVM, collector)) {
      before.send(Looks.deadlocked(JVM, NOON));
      before.send(Looks.deadlocked(JVM, NOON.plusSeconds(1)));
      await().untilAsserted(() -> assertThat(findings("")).contains("\"proven\""));
    }
    JvmIdentity restarted = new JvmIdentity(JVM.service(), JVM.instance(), 4712, "25.0.3");
    try (SendingJvm after = SendingJvm.overHttp(restarted, collector)) {
      after.send(Looks.released(restarted, NOON.plusSeconds(2)));

      await().untilAsserted(() -> assertThat(findings("")).isEqualTo("[]\n"));
      assertThat(Http.get(collector.webPort(), "/api/jvms")).contains("\"pid\":4712");
    }
  }

  @Test
  void givenAThreadNamedLikeAScript_whenAsked_thenItIsDataInEveryForm() throws Exception {
    String name = "</script><script>alert(1)</script>\"\\\n\u001b[2J";
    try (SendingJvm jvm = SendingJvm.overHttp(JVM, collector)) {
      jvm.send(Looks.deadlocked(JVM, NOON, name));
      jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(1), name));
      await().untilAsserted(() -> assertThat(findings("")).contains("\"proven\""));

      var json = Http.send("GET", collector.webPort(), "/api/findings", new byte[0]);
      assertThat(json.headers().firstValue("content-type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
      assertThat(json.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(findings("")).contains("\\\"\\\\\\n\\u001b[2J");
      assertThat(Http.get(collector.webPort(), "/api/findings", "Accept", "text/plain"))
          .doesNotContain("\u001b")
          .contains("\\u001b");
    }
  }

  @Test
  void givenNothingWrong_whenAsked_thenEveryPageAnswers() throws Exception {
    int port = collector.webPort();
    assertThat(Http.get(port, "/")).contains("/api/findings");
    assertThat(Http.get(port, "/healthz")).isEqualTo("ok\n");
    assertThat(Http.get(port, "/readyz")).isEqualTo("ready\n");
    assertThat(Http.get(port, "/api/findings", "Accept", "text/plain"))
        .isEqualTo("no findings; 0 JVMs report\n");
    assertThat(Http.get(port, "/api/jvms")).isEqualTo("[]\n");
    assertThat(Http.send("GET", port, "/nowhere", new byte[0]).statusCode()).isEqualTo(404);
    assertThat(Http.send("POST", port, "/api/findings", new byte[1]).statusCode()).isEqualTo(405);
    assertThat(Http.send("GET", port, "/api/findings?state=shut", new byte[0]).statusCode())
        .isEqualTo(400);
    assertThat(Http.send("POST", port, "/v1/logs", new byte[1]).statusCode()).isEqualTo(404);
  }

  @Test
  void givenAPortThatIsTaken_whenStarted_thenSaysWhichAndWhatToTry() {
    CollectorSettings taken = Settings.onFreePorts().httpPort(collector.httpPort()).build();

    long before = Duration.ofNanos(System.nanoTime()).toMillis();
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Collector.start(taken)))
        .isInstanceOf(StartFailure.class)
        .hasMessageStartingWith(
            "cannot listen on 127.0.0.1:" + collector.httpPort() + " for http\n  found:    ")
        .hasMessageContaining("try:      --http-port 0");
    assertThat(Duration.ofNanos(System.nanoTime()).toMillis() - before).isLessThan(10_000);
  }

  private String findings(String query) throws Exception {
    return Http.get(collector.webPort(), "/api/findings" + query);
  }

  private String metrics() throws Exception {
    return Http.get(collector.webPort(), "/metrics");
  }
}
