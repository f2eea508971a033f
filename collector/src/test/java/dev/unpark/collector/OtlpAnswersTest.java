package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import dev.unpark.collector.receive.Tenant;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OTLP/HTTP says to a request, by the letter of its specification. */
class OtlpAnswersTest {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] NO_OTLP = {(byte) 0xff, 7};

  private static Collector collector;

  @BeforeAll
  static void start() throws StartFailure {
    collector = Collector.start(Settings.withBodies(64 * 1024, 256 * 1024));
  }

  @AfterAll
  static void stop() {
    collector.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"logs", "metrics", "traces"})
  void givenARequestWithoutItems_whenPosted_thenItSucceedsWithAnEmptyAnswer(String signal)
      throws Exception {
    HttpResponse<byte[]> protobuf = post("/v1/" + signal, NOTHING, PROTOBUF);
    assertThat(protobuf.statusCode()).isEqualTo(200);
    assertThat(protobuf.headers().firstValue("content-type")).contains(PROTOBUF);
    assertThat(protobuf.body()).isEmpty();

    HttpResponse<byte[]> json =
        post("/v1/" + signal, "{}".getBytes(StandardCharsets.UTF_8), JSON + ";charset=utf-8");
    assertThat(json.statusCode()).isEqualTo(200);
    assertThat(json.headers().firstValue("content-type")).contains(JSON);
    assertThat(json.body()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource({
    "logs,resourceLogs,scopeLogs,logRecords",
    "metrics,resourceMetrics,scopeMetrics,metrics",
    "traces,resourceSpans,scopeSpans,spans"
  })
  void givenFieldsOfANewerVersionAtEveryLevel_whenPostedAsJson_thenTheyAreSkipped(
      String signal, String resources, String scopes, String items) throws Exception {
    String json =
        """
        {"aNewField": {"x": [1, null]}, "%s": [{"schemaUrl": "", "aNewField": 7,
         "resource": {"attributes": [{"key": "k", "value": {"aNewValue": 1}}], "aNewField": "x"},
         "%s": [{"scope": {"name": "s", "aNewField": true}, "aNewField": [],
         "%s": [{"aNewField": {"deep": {"deeper": []}}}]}]}]}"""
            .formatted(resources, scopes, items);

    assertThat(post("/v1/" + signal, json.getBytes(StandardCharsets.UTF_8), JSON).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {PROTOBUF, JSON})
  void givenWhatIsRefused_whenPosted_thenAStatusSaysWhyInTheEncodingOfTheRequest(String type)
      throws Exception {
    assertThat(told(Http.send("GET", port(), "/v1/logs", NOTHING, "Content-Type", type), 405, type))
        .isEqualTo("found GET, expected POST");
    assertThat(told(post("/v1/logs", NO_OTLP, type), 400, type))
        .startsWith("the body is not OTLP as ");
    assertThat(told(post("/v1/logs", NO_OTLP, type, "Content-Encoding", "gzip"), 400, type))
        .startsWith("the body is not gzip: ");
    assertThat(told(post("/v1/logs", NO_OTLP, type, "Content-Encoding", "zstd"), 415, type))
        .isEqualTo("content-encoding: found 'zstd', expected gzip or none");
    assertThat(told(post("/v1/logs", new byte[70_000], type), 413, type))
        .isEqualTo("the body is larger than the 65536 bytes that are accepted");
    assertThat(
            told(
                post(
                    "/v1/logs", Requests.gzip(new byte[300_000]), type, "Content-Encoding", "gzip"),
                413,
                type))
        .isEqualTo("the body unpacks to more than the 262144 bytes that are accepted");
    assertThat(told(post("/v1/profiles", NOTHING, type), 404, type))
        .isEqualTo("expected /v1/logs, /v1/metrics or /v1/traces");
  }

  @Test
  void givenAContentTypeThatIsNone_whenPosted_thenAStatusInJsonSaysWhatIsExpected()
      throws Exception {
    for (String type : List.of("text/plain", "application/grpc", "nonsense", "")) {
      HttpResponse<byte[]> answer =
          type.isEmpty()
              ? Http.send("POST", port(), "/v1/logs", new byte[1])
              : post("/v1/logs", new byte[1], type);
      assertThat(told(answer, 415, JSON))
          .isEqualTo(
              "content-type: found '"
                  + type
                  + "', expected application/x-protobuf or application/json");
    }
  }

  @Test
  void givenABodyThatCanNeverBeRead_whenPosted_thenTheDetailsAreABadRequest() throws Exception {
    Status protobuf = Status.parseFrom(post("/v1/metrics", NO_OTLP, PROTOBUF).body());
    assertThat(protobuf.getDetails(0).unpack(BadRequest.class).getFieldViolations(0))
        .satisfies(
            violation -> {
              assertThat(violation.getField()).isEqualTo("body");
              assertThat(violation.getDescription()).isEqualTo(protobuf.getMessage());
            });

    JsonNode json = new ObjectMapper().readTree(post("/v1/metrics", NO_OTLP, JSON).body());
    assertThat(json.path("details").path(0).path("@type").asText())
        .isEqualTo("type.googleapis.com/google.rpc.BadRequest");
    assertThat(json.at("/details/0/fieldViolations/0/description").asText())
        .isEqualTo(json.path("message").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {PROTOBUF, JSON})
  void givenASenderThatMayNot_whenPosted_thenOnlyTheOneThatCouldComeBackIsToldWhen(String type)
      throws Exception {
    Tenant tenant = new Tenant("shop", List.of("shop-token"), 10, 1, 1_000_000);
    try (Collector guarded = Collector.start(Settings.onFreePorts().tenant(tenant).build())) {
      HttpResponse<byte[]> stranger = send(guarded, type, "Bearer wrong-token");
      assertThat(told(stranger, 401, type)).doesNotContain("wrong-token");
      assertThat(stranger.headers().firstValue("retry-after")).isEmpty();

      HttpResponse<byte[]> known = send(guarded, type, "bearer shop-token");
      for (int i = 0; i < 1_000 && known.statusCode() != 429; i++) {
        known = send(guarded, type, "Bearer shop-token");
      }
      assertThat(told(known, 429, type)).isEqualTo("more than tenant 'shop' may send");
      assertThat(known.headers().firstValueAsLong("retry-after").orElse(0)).isPositive();
    }
  }

  @Test
  void givenOneConnection_whenRequestsComeChunkedAndOneAfterTheOther_thenEachIsAnswered()
      throws Exception {
    String[] head = {
      "POST /v1/logs HTTP/1.1", "Host: localhost", "Content-Type: " + JSON,
    };
    try (RawHttp connection = new RawHttp(port())) {
      connection.head(with(head, "Content-Length: 2")).send("{}");
      assertThat(connection.answer().status()).isEqualTo(200);

      connection.head(with(head, "Transfer-Encoding: chunked"));
      connection.send("1\r\n{\r\n").send("1;an=extension\r\n}\r\n").send("0\r\nA: trailer\r\n\r\n");
      assertThat(connection.answer().text()).isEqualTo("{}");

      connection.head(with(head, "Content-Length: 2", "Expect: 100-continue"));
      assertThat(connection.answer().status()).isEqualTo(100);
      connection.send("{}");
      assertThat(connection.answer().status()).isEqualTo(200);

      // A refusal leaves the connection as it was, too.
      connection.head(with(head, "Content-Length: 1")).send("{");
      assertThat(connection.answer().status()).isEqualTo(400);

      connection.head(with(head, "Content-Length: 2")).send("{}");
      connection.head(with(head, "Content-Length: 2", "Connection: close")).send("{}");
      assertThat(connection.answer().status()).isEqualTo(200);
      assertThat(connection.answer().status()).isEqualTo(200);
      assertThat(connection.untilClosed()).isEmpty();
    }
  }

  private static String[] with(String[] head, String... more) {
    String[] all = Arrays.copyOf(head, head.length + more.length);
    System.arraycopy(more, 0, all, head.length, more.length);
    return all;
  }

  /** The words of a refusal, after its status and encoding were checked. */
  private static String told(HttpResponse<byte[]> answer, int status, String type)
      throws Exception {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains(type);
    return type.equals(JSON)
        ? new ObjectMapper().readTree(answer.body()).path("message").asText()
        : Status.parseFrom(answer.body()).getMessage();
  }

  private static HttpResponse<byte[]> send(Collector to, String type, String authorization)
      throws Exception {
    byte[] nothing = type.equals(JSON) ? "{}".getBytes(StandardCharsets.UTF_8) : NOTHING;
    return Http.send(
        "POST",
        to.httpPort(),
        "/v1/logs",
        nothing,
        "Content-Type",
        type,
        "Authorization",
        authorization);
  }

  private static HttpResponse<byte[]> post(String path, byte[] body, String type, String... headers)
      throws Exception {
    return Http.send("POST", port(), path, body, with(headers, "Content-Type", type));
  }

  private static int port() {
    return collector.httpPort();
  }
}
