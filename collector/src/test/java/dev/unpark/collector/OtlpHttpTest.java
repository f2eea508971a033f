package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Status;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OtlpHttpTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static Collector collector;

  @BeforeAll
  static void start() throws StartFailure {
    collector = Collector.start(Settings.withBodies(64 * 1024, 256 * 1024));
  }

  @AfterAll
  static void stop() {
    collector.close();
  }

  @Test
  void givenObservationsAsJson_whenPosted_thenTheDeadlockIsFound() throws Exception {
    JvmIdentity jvm = Looks.jvm("json-1");
    ObservationEncoder encoder = new ObservationEncoder();
    for (int i = 0; i < 2; i++) {
      String json =
          JsonFormat.printer()
              .print(
                  Requests.observation(jvm, encoder, Looks.deadlocked(jvm, NOON.plusSeconds(i))));
      // As OTLP spells ids; protobuf's own reader would take them for base64 and fail.
      json =
          json.replaceFirst(
              "\"logRecords\": \\[\\{",
              "\"logRecords\": [{ \"traceId\": \"5b8efff798038103d269b633813fc60c\","
                  + " \"spanId\": \"eee19b7ec3c1b174\", \"aFieldOfTomorrow\": {\"x\": [1]},");
      HttpResponse<byte[]> response = post("/v1/logs", json.getBytes(StandardCharsets.UTF_8), JSON);
      assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type").orElse("")).startsWith(JSON);
      assertThat(text(response)).isEqualTo("{}");
    }

    await()
        .untilAsserted(
            () ->
                assertThat(Http.get(collector.webPort(), "/api/findings"))
                    .contains("\"instance\":\"json-1\"")
                    .contains("\"certainty\":\"proven\""));
  }

  @Test
  void givenRequestsThatAreNotOtlp_whenSent_thenEachGetsItsOwnStatus() throws Exception {
    assertThat(Http.send("GET", collector.httpPort(), "/v1/logs", new byte[0]))
        .satisfies(
            response -> {
              assertThat(response.statusCode()).isEqualTo(405);
              assertThat(response.headers().firstValue("allow")).contains("POST");
            });
    assertThat(status("/v1/logs", new byte[1], "text/plain")).isEqualTo(415);
    assertThat(status("/v1/logs", new byte[1], PROTOBUF, "Content-Encoding", "br")).isEqualTo(415);
    assertThat(status("/v1/nothing", new byte[1], PROTOBUF)).isEqualTo(404);
    assertThat(status("/v1/logs", new byte[0], PROTOBUF)).isEqualTo(200);
    assertThat(status("/v1/traces", new byte[0], PROTOBUF)).isEqualTo(200);
    assertThat(status("/v1/metrics", "{}".getBytes(StandardCharsets.UTF_8), JSON)).isEqualTo(200);
  }

  @Test
  void givenABodyThatIsNoProtobuf_whenPosted_thenTheAnswerSaysWhy() throws Exception {
    HttpResponse<byte[]> response =
        post("/v1/logs", new byte[] {(byte) 0xff, (byte) 0xff, 0, 7}, PROTOBUF);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).contains(PROTOBUF);
    assertThat(Status.parseFrom(response.body()).getMessage())
        .startsWith("the body is not OTLP as protobuf: ");
  }

  @Test
  void givenABodyThatIsNoJson_whenPosted_thenTheAnswerSaysWhy() throws Exception {
    for (String broken :
        new String[] {
          "{",
          "[]",
          "{\"resourceLogs\": 7}",
          "\u0000",
          "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"xyz\"}]}]}]}",
          "[".repeat(50_000)
        }) {
      HttpResponse<byte[]> response =
          post("/v1/logs", broken.getBytes(StandardCharsets.UTF_8), JSON);
      assertThat(response.statusCode()).as(text(response)).isEqualTo(400);
      assertThat(text(response)).contains("the body is not OTLP as JSON: ");
    }
  }

  @Test
  void givenABodyThatIsNoGzip_whenPosted_thenRefused() throws Exception {
    assertThat(status("/v1/logs", new byte[] {1, 2, 3}, PROTOBUF, "Content-Encoding", "gzip"))
        .isEqualTo(400);
    byte[] torn = Arrays.copyOf(Requests.gzip(new byte[5000]), 20);
    assertThat(status("/v1/logs", torn, PROTOBUF, "Content-Encoding", "gzip")).isEqualTo(400);
  }

  @Test
  void givenBodiesBeyondTheLimits_whenPosted_thenTooLarge() throws Exception {
    byte[] noise = new byte[65 * 1024];
    new Random(1).nextBytes(noise);
    assertThat(status("/v1/logs", noise, PROTOBUF)).isEqualTo(413);

    byte[] bomb = Requests.gzip(new byte[30 << 20]);
    assertThat(bomb.length).isLessThan(64 * 1024);
    assertThat(status("/v1/logs", bomb, PROTOBUF, "Content-Encoding", "gzip")).isEqualTo(413);
  }

  @Test
  void givenAResourceThatNamesNoJvm_whenPosted_thenItsRecordsAreRefusedAndTheRestTaken()
      throws Exception {
    JvmIdentity jvm = Looks.jvm("partial-1");
    ExportLogsServiceRequest request =
        Requests.observation(jvm, new ObservationEncoder(), Looks.released(jvm, NOON)).toBuilder()
            .mergeFrom(
                Requests.log(
                    Resource.getDefaultInstance(),
                    "unpark.observation",
                    AnyValue.getDefaultInstance()))
            .build();

    HttpResponse<byte[]> response = post("/v1/logs", request.toByteArray(), PROTOBUF);

    assertThat(response.statusCode()).isEqualTo(200);
    ExportLogsServiceResponse answer = ExportLogsServiceResponse.parseFrom(response.body());
    assertThat(answer.getPartialSuccess().getRejectedLogRecords()).isEqualTo(1);
    assertThat(answer.getPartialSuccess().getErrorMessage()).contains("service.name");
    await()
        .untilAsserted(
            () -> assertThat(Http.get(collector.webPort(), "/api/jvms")).contains("partial-1"));
  }

  @Test
  void givenObservationsThatAreNone_whenPosted_thenTheyAreCountedAndTheNextOneWorks()
      throws Exception {
    JvmIdentity jvm = Looks.jvm("malformed-1");
    AnyValue deep = AnyValue.getDefaultInstance();
    for (int i = 0; i < 40; i++) {
      deep = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(deep)).build();
    }
    for (AnyValue body :
        new AnyValue[] {
          AnyValue.newBuilder().setStringValue("x".repeat(60_000)).build(),
          AnyValue.getDefaultInstance(),
          deep
        }) {
      assertThat(
              status(
                  "/v1/logs",
                  Requests.log(Requests.resource(jvm), "unpark.observation", body).toByteArray(),
                  PROTOBUF))
          .isEqualTo(200);
    }
    ObservationEncoder encoder = new ObservationEncoder();
    for (int i = 0; i < 2; i++) {
      status(
          "/v1/logs",
          Requests.observation(jvm, encoder, Looks.deadlocked(jvm, NOON.plusSeconds(i)))
              .toByteArray(),
          PROTOBUF);
    }

    await()
        .untilAsserted(
            () -> {
              assertThat(Http.get(collector.webPort(), "/api/findings")).contains("malformed-1");
              assertThat(Http.get(collector.webPort(), "/metrics"))
                  .contains(
                      "unpark_collector_dropped_total{reason=\"malformed\",signal=\"logs\"} ");
            });
  }

  @Test
  void givenRandomBodies_whenPosted_thenTheCollectorAnswersAndGoesOn() throws Exception {
    Random random = new Random(3);
    JvmIdentity jvm = Looks.jvm("fuzz-1");
    byte[] good =
        Requests.observation(jvm, new ObservationEncoder(), Looks.deadlocked(jvm, NOON))
            .toByteArray();
    for (int i = 0; i < 1500; i++) {
      byte[] damaged = good.clone();
      for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertThat(status("/v1/logs", damaged, PROTOBUF)).isIn(200, 400);
    }
    assertThat(Http.get(collector.webPort(), "/metrics")).doesNotContain("reason=\"internal\"");
  }

  @Test
  void givenDiagnosisThatFallsBehind_whenTheQueueIsFull_thenSendersAreToldToComeBack()
      throws Exception {
    SlowDetector slow = new SlowDetector();
    JvmIdentity jvm = Looks.jvm("slow-1");
    try (Collector small =
        Collector.start(Settings.withQueue(2, 1), Clock.systemUTC(), slow::diagnostician)) {
      ObservationEncoder encoder = new ObservationEncoder();
      HttpResponse<byte[]> last = null;
      int taken = 0;
      for (int i = 0; i < 10 && (last == null || last.statusCode() == 200); i++) {
        last =
            Http.send(
                "POST",
                small.httpPort(),
                "/v1/logs",
                Requests.observation(jvm, encoder, Looks.released(jvm, NOON.plusSeconds(i)))
                    .toByteArray(),
                "Content-Type",
                PROTOBUF);
        taken += last.statusCode() == 200 ? 1 : 0;
      }

      assertThat(last.statusCode()).isEqualTo(503);
      assertThat(last.headers().firstValue("retry-after")).contains("2");
      assertThat(taken).isBetween(2, 3);
      assertThat(Http.get(small.webPort(), "/metrics"))
          .contains("unpark_collector_rejected_total{reason=\"overloaded\",signal=\"logs\"} 1.0");

      slow.letGo();
      int accepted = taken;
      await().untilAsserted(() -> assertThat(slow.looks()).isEqualTo(accepted));
      assertThat(
              Http.send(
                      "POST",
                      small.httpPort(),
                      "/v1/logs",
                      Requests.observation(jvm, encoder, Looks.released(jvm, NOON.plusSeconds(60)))
                          .toByteArray(),
                      "Content-Type",
                      PROTOBUF)
                  .statusCode())
          .isEqualTo(200);
    }
  }

  private static int status(String path, byte[] body, String type, String... headers)
      throws Exception {
    return post(path, body, type, headers).statusCode();
  }

  private static HttpResponse<byte[]> post(String path, byte[] body, String type, String... headers)
      throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = type;
    return Http.send("POST", collector.httpPort(), path, body, all);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
