package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.unpark.collector.receive.Tenant;
import dev.unpark.diagnosis.model.JvmIdentity;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc.LogsServiceBlockingStub;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may send and ask, and how much. */
class AccessTest {
  private static final String PROTOBUF = "application/x-protobuf";

  @TempDir Path scratch;

  @Test
  void givenTokens_whenMissingOrWrong_thenRefusedAndCountedAndWithTheRightOneTaken()
      throws Exception {
    try (Collector collector = Collector.start(limited(100, 1_000, 1_000_000).build())) {
      for (String[] headers :
          new String[][] {
            {"Content-Type", PROTOBUF},
            {"Content-Type", PROTOBUF, "Authorization", "Bearer wrong-token"},
            {"Content-Type", PROTOBUF, "Authorization", "Basic first-token"},
            {"Content-Type", PROTOBUF, "Authorization", "Bearer "}
          }) {
        HttpResponse<byte[]> answer =
            Http.send("POST", collector.httpPort(), "/v1/logs", new byte[0], headers);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
      }
      assertThat(send(collector, "first-token").statusCode()).isEqualTo(200);
      assertThat(send(collector, "second-token").statusCode()).isEqualTo(200);

      LogsServiceBlockingStub stranger =
          GrpcClients.newClient(
              "gproto+http://127.0.0.1:" + collector.grpcPort() + "/",
              LogsServiceBlockingStub.class);
      StatusRuntimeException failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stranger.export(ExportLogsServiceRequest.getDefaultInstance()));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      GrpcClients.builder("gproto+http://127.0.0.1:" + collector.grpcPort() + "/")
          .addHeader("authorization", "Bearer first-token")
          .build(LogsServiceBlockingStub.class)
          .export(ExportLogsServiceRequest.getDefaultInstance());

      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains(
              "unpark_collector_rejected_total{reason=\"unauthenticated\",signal=\"logs\"} 5.0");
    }
  }

  @Test
  void givenAQuotaOfRequests_whenOneTenantFloods_thenItIsToldToWaitAndTheOtherIsNot()
      throws Exception {
    try (Collector collector = Collector.start(limited(100, 3, 1_000_000).build())) {
      HttpResponse<byte[]> last = send(collector, "first-token");
      int taken = 0;
      while (last.statusCode() == 200 && taken < 1_000) {
        last = send(collector, "first-token");
        taken++;
      }
      assertThat(last.statusCode()).isEqualTo(429);
      assertThat(last.headers().firstValueAsLong("retry-after").getAsLong()).isBetween(1L, 10L);
      assertThat(send(collector, "second-token").statusCode()).isEqualTo(200);
      assertThat(Http.get(collector.webPort(), "/metrics"))
          .contains("unpark_collector_rejected_total{reason=\"quota\",signal=\"logs\"} 1.0");
    }
  }

  @Test
  void givenAQuotaOfBytes_whenABodyIsBeyondIt_thenTheNextHasToWait() throws Exception {
    try (Collector collector = Collector.start(limited(100, 1_000, 1_000).build())) {
      byte[] gauge = gauge("a").toByteArray();
      assertThat(post(collector, "first-token", new byte[0]).statusCode()).isEqualTo(200);
      HttpResponse<byte[]> last = post(collector, "first-token", gauge);
      for (int i = 0; i < 1_000 && last.statusCode() == 200; i++) {
        last = post(collector, "first-token", gauge);
      }
      assertThat(last.statusCode()).isEqualTo(429);
    }
  }

  @Test
  void givenALimitOfJvms_whenATenantNamesMoreOrThoseOfAnother_thenRefusedInPart() throws Exception {
    try (Collector collector = Collector.start(limited(2, 1_000, 1_000_000).build())) {
      assertThat(refused(collector, "first-token", "a")).isZero();
      assertThat(refused(collector, "first-token", "b")).isZero();
      assertThat(refused(collector, "first-token", "c")).isEqualTo(1);
      assertThat(refused(collector, "second-token", "d")).isZero();
      assertThat(refused(collector, "second-token", "a")).isEqualTo(1);
      assertThat(refused(collector, "first-token", "a")).isZero();
    }
  }

  @Test
  void givenApiTokens_whenAsked_thenOnlyHealthIsOpen() throws Exception {
    try (Collector collector =
        Collector.start(Settings.onFreePorts().apiToken("api-token-1").build())) {
      int port = collector.webPort();
      for (String path : List.of("/", "/metrics", "/api/findings", "/api/incidents")) {
        assertThat(Http.send("GET", port, path, new byte[0]).statusCode()).isEqualTo(401);
      }
      assertThat(Http.get(port, "/healthz")).isEqualTo("ok\n");
      assertThat(Http.get(port, "/api/findings", "Authorization", "Bearer api-token-1"))
          .isEqualTo("[]\n");
    }
  }

  /** As from a page whose site had its name point to this machine after it was loaded. */
  @Test
  void givenARequestThatCallsUsByAnotherName_whenSent_thenRefusedUnlessThatNameIsAllowed()
      throws Exception {
    try (Collector collector =
        Collector.start(Settings.onFreePorts().allowedHost("unpark.example").build())) {
      for (int port : List.of(collector.webPort(), collector.httpPort())) {
        for (String head : List.of("GET /api/findings", "POST /v1/logs", "GET /", "GET /metrics")) {
          assertThat(called("elsewhere.example:" + port, port, head).status()).isEqualTo(421);
        }
      }
      RawHttp.Answer refusal =
          called("elsewhere.example", collector.webPort(), "GET /api/findings");
      assertThat(refusal.text())
          .contains("\"found\":\"elsewhere.example\"", "a name of --allowed-host");
      assertThat(called("unpark.example", collector.webPort(), "GET /api/findings").status())
          .isEqualTo(200);
      assertThat(called("localhost", collector.webPort(), "GET /api/findings").status())
          .isEqualTo(200);
    }
  }

  /** A browser asks before a page of another site may send JSON; only a yes would let it. */
  @Test
  void givenAPageOfAnotherSite_whenItsBrowserAsksWhetherItMaySend_thenNothingSaysYes()
      throws Exception {
    try (Collector collector = Collector.start(CollectorSettings.onFreePorts())) {
      for (int port : List.of(collector.webPort(), collector.httpPort())) {
        try (RawHttp connection = new RawHttp(port)) {
          RawHttp.Answer answer =
              connection
                  .head(
                      "OPTIONS /v1/logs HTTP/1.1",
                      "Host: localhost",
                      "Origin: https://elsewhere.example",
                      "Access-Control-Request-Method: POST",
                      "Access-Control-Request-Headers: content-type")
                  .answer();
          assertThat(answer.status()).isGreaterThanOrEqualTo(400);
          assertThat(answer.headers().keySet())
              .noneMatch(name -> name.startsWith("access-control"));
        }
      }
    }
  }

  private static RawHttp.Answer called(String host, int port, String request) throws Exception {
    try (RawHttp connection = new RawHttp(port)) {
      return connection.head(request + " HTTP/1.1", "Host: " + host, "Content-Length: 0").answer();
    }
  }

  @Test
  void givenTlsWithCertificatesOfSenders_whenSentWithAndWithout_thenOnlyThoseWithAreTaken()
      throws Exception {
    Path ours = certificate("collector");
    Path theirs = certificate("sender");
    try (Collector collector =
        Collector.start(
            Settings.onFreePorts().tls(ours, key("collector")).clientCa(theirs).build())) {
      String endpoint = "https://127.0.0.1:" + collector.httpPort() + "/v1/metrics";
      try (OtlpHttpMetricExporter known =
              OtlpHttpMetricExporter.builder()
                  .setEndpoint(endpoint)
                  .setTrustedCertificates(Files.readAllBytes(ours))
                  .setClientTls(Files.readAllBytes(key("sender")), Files.readAllBytes(theirs))
                  .build();
          OtlpHttpMetricExporter stranger =
              OtlpHttpMetricExporter.builder()
                  .setEndpoint(endpoint)
                  .setTrustedCertificates(Files.readAllBytes(ours))
                  .build()) {
        Collection<MetricData> nothing = List.of();
        assertThat(known.export(nothing).join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
        assertThat(stranger.export(nothing).join(20, TimeUnit.SECONDS).isSuccess()).isFalse();
      }
    }
  }

  @Test
  void givenAKeyThatIsNone_whenStarted_thenSaysWhatToTry() throws Exception {
    Path no = Files.writeString(scratch.resolve("no.pem"), "no key");
    for (Path key : List.of(no, scratch.resolve("missing.pem"))) {
      CollectorSettings settings = Settings.onFreePorts().tls(no, key).build();
      assertThatThrownBy(() -> Collector.start(settings))
          .isInstanceOf(StartFailure.class)
          .hasMessageStartingWith("cannot speak TLS\n  found:    ")
          .hasMessageContaining("expected: a certificate");
    }
    assertThatThrownBy(() -> Settings.onFreePorts().tls(no, null).build())
        .hasMessageContaining("expected both or none");
  }

  private static CollectorSettings.Builder limited(int jvms, long requests, long bytes) {
    return Settings.onFreePorts()
        .tenant(new Tenant("first", List.of("first-token"), jvms, requests, bytes))
        .tenant(new Tenant("second", List.of("second-token"), jvms, requests, bytes));
  }

  private static HttpResponse<byte[]> send(Collector collector, String token) throws Exception {
    return Http.send(
        "POST",
        collector.httpPort(),
        "/v1/logs",
        new byte[0],
        "Content-Type",
        PROTOBUF,
        "Authorization",
        "Bearer " + token);
  }

  private static HttpResponse<byte[]> post(Collector collector, String token, byte[] body)
      throws Exception {
    return Http.send(
        "POST",
        collector.httpPort(),
        "/v1/metrics",
        body,
        "Content-Type",
        PROTOBUF,
        "Authorization",
        "Bearer " + token);
  }

  private static long refused(Collector collector, String token, String instance) throws Exception {
    return ExportMetricsServiceResponse.parseFrom(
            post(collector, token, gauge(instance).toByteArray()).body())
        .getPartialSuccess()
        .getRejectedDataPoints();
  }

  private static io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest gauge(
      String instance) {
    return Requests.metrics(
        new JvmIdentity("payments", instance, 1, ""),
        Metric.newBuilder()
            .setName("a")
            .setGauge(Gauge.newBuilder().addDataPoints(NumberDataPoint.newBuilder().setAsDouble(1)))
            .build());
  }

  private Path key(String name) {
    return scratch.resolve(name + ".key");
  }

  /** A certificate that is signed by itself. */
  private Path certificate(String name) throws Exception {
    Path certificate = scratch.resolve(name + ".pem");
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key(name).toString(),
                "-out",
                certificate.toString())
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("openssl.log").toFile())
            .start();
    assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(certificate).exists();
    return certificate;
  }
}
