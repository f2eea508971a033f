package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the API answers is what its description, as the collector serves it, says. */
class ApiContractTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final JvmIdentity JVM = Looks.jvm("payments-1");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SCHEMAS = "https://unpark.dev/schema/";
  private static final String[] FOREIGN = {"Origin", "https://elsewhere.example"};

  @TempDir private static Path folder;
  private static Collector collector;
  private static JsonNode description;
  private static JsonSchemaFactory factory;
  private final Set<String> asked = new TreeSet<>();

  @BeforeAll
  static void start() throws Exception {
    collector =
        Collector.start(
            CollectorSettings.builder()
                .ports(0, 0, 0)
                .maxDumpBytes(1 << 20)
                .incidentsIn(folder.resolve("incidents"))
                .build());
    openIncident(collector);
    Object yaml =
        new Load(LoadSettings.builder().build())
            .loadFromString(Http.get(collector.webPort(), "/api/openapi.yaml"));
    description = MAPPER.valueToTree(yaml);
    factory =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder ->
                builder.schemaLoaders(
                    loaders ->
                        loaders.schemas(
                            Map.of(
                                SCHEMAS + "finding.json", schema("finding"),
                                SCHEMAS + "report.json", schema("report"),
                                SCHEMAS + "openapi", openapi()))));
  }

  @AfterAll
  static void stop() {
    collector.close();
  }

  @Test
  void givenEveryOperation_whenAsked_thenTheAnswerIsAsDescribed() throws Exception {
    String jvm = "/api/jvms/" + get("/api/jvms").path(0).path("id").asText();
    String incident = "/api/incidents/" + get("/api/incidents").path(0).path("id").asText();

    ask("/api/findings", "GET", "/api/findings", 200);
    ask("/api/findings", "GET", "/api/findings?state=all&service=payments", 200);
    ask("/api/findings", "GET", "/api/findings?state=odd", 400);
    ask("/api/incidents", "GET", "/api/incidents?state=all&type=deadlock&limit=5", 200);
    ask("/api/incidents", "GET", "/api/incidents?before=soon", 400);
    ask("/api/incidents/{id}", "GET", incident, 200);
    ask("/api/incidents/{id}", "GET", "/api/incidents/none", 404);
    ask("/api/incidents/{id}/evidence", "POST", incident + "/evidence", 400, "x");
    ask("/api/incidents/{id}/evidence", "POST", "/api/incidents/no/evidence?name=x", 404, "x");
    ask("/api/incidents/{id}/evidence", "POST", incident + "/evidence?name=a.txt", 200, "text");
    String file = get(incident).path("evidence").path(0).path("id").asText();
    ask("/api/incidents/{id}/evidence/{file}", "GET", incident + "/evidence/" + file, 200);
    ask("/api/incidents/{id}/evidence/{file}", "GET", incident + "/evidence/none", 404);
    ask("/api/incidents/{id}", "GET", incident, 200);
    for (int i = 1; i < 20; i++) {
      ask("/api/incidents/{id}/evidence", "POST", incident + "/evidence?name=" + i, 200, "text");
    }
    ask("/api/incidents/{id}/evidence", "POST", incident + "/evidence?name=20", 409, "text");
    ask(
        "/api/incidents/{id}/evidence",
        "POST",
        incident + "/evidence?name=x",
        413,
        "x".repeat((1 << 20) + 1));
    ask("/api/inventory", "GET", "/api/inventory?service=payments", 200);
    ask("/api/inventory", "GET", "/api/inventory?limit=0", 400);
    ask("/api/incidents/{id}/acknowledge", "POST", incident + "/acknowledge", 400);
    ask(
        "/api/incidents/{id}/acknowledge",
        "POST",
        incident + "/acknowledge",
        200,
        "{\"by\":\"me\"}");
    ask(
        "/api/incidents/{id}/acknowledge",
        "POST",
        "/api/incidents/x/acknowledge",
        404,
        "{\"by\":\"me\"}");
    ask("/api/fleet", "GET", "/api/fleet", 200);
    ask("/api/fleet", "GET", "/api/fleet?jvms=0&match=pay", 200);
    ask("/api/fleet", "GET", "/api/fleet?jvms=many", 400);
    ask("/api/jvms", "GET", "/api/jvms", 200);
    ask("/api/jvms/{id}/graph", "GET", jvm + "/graph", 200);
    ask("/api/jvms/{id}/graph", "GET", jvm + "/graph?threads=all&limit=1", 200);
    ask("/api/jvms/{id}/graph", "GET", jvm + "/graph?limit=none", 400);
    ask("/api/jvms/{id}/graph", "GET", "/api/jvms/none/graph", 404);
    ask("/api/jvms/{id}/lanes", "GET", jvm + "/lanes", 200);
    ask("/api/jvms/{id}/lanes", "GET", jvm + "/lanes?since=soon", 400);
    ask("/api/jvms/{id}/lanes", "GET", "/api/jvms/none/lanes", 404);
    ask("/api/locks", "GET", "/api/locks?sort=waiters", 200);
    ask("/api/locks", "GET", "/api/locks?limit=0", 400);
    ask("/api/executors", "GET", "/api/executors", 200);
    ask("/api/executors", "GET", "/api/executors?sort=odd", 400);
    ask("/api/dumps", "POST", "/api/dumps?name=", 400, "x");
    ask("/api/dumps", "POST", "/api/dumps", 422, "no dump");
    ask(
        "/api/dumps",
        "POST",
        "/api/dumps",
        200,
        "Full thread dump\n\n\"main\" #1 prio=5 tid=0x01 nid=0x1 runnable\n\n");
    ask("/api/dumps", "POST", "/api/dumps", 413, "x".repeat((1 << 20) + 1));
    ask("/api/dumps", "POST", "/api/dumps", 403, "x", FOREIGN);
    ask(
        "/api/incidents/{id}/acknowledge",
        "POST",
        incident + "/acknowledge",
        403,
        "{\"by\":\"me\"}",
        FOREIGN);
    askWhileDumpsAreOnTheirWay();
    askWithoutIncidents();
    askWithABrokenStore();

    assertThat(asked).containsAll(described());
  }

  /** Method, path and status of every answer that the description has by its number. */
  private static Set<String> described() {
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        for (String status : names(operation.getValue().path("responses"))) {
          if (!status.equals("default")) {
            described.add(operation.getKey() + " " + path.getKey() + " " + status);
          }
        }
      }
    }
    return described;
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Four may be on their way at once; here they are half sent. */
  private void askWhileDumpsAreOnTheirWay() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), collector.webPort());
        halves.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST /api/dumps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          Http.send("POST", collector.webPort(), "/api/dumps", new byte[1])
                              .statusCode())
                      .isEqualTo(503));
      ask("/api/dumps", "POST", "/api/dumps", 503, "x");
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  private void askWithoutIncidents() throws Exception {
    try (Collector other = Collector.start(CollectorSettings.onFreePorts())) {
      answer(other, "/api/incidents", "GET", "/api/incidents", 404, "");
    }
  }

  /** A store that is broken under the collector, as by a disk that is. */
  private void askWithABrokenStore() throws Exception {
    Path own = folder.resolve("broken");
    try (Collector broken =
        Collector.start(
            Settings.onFreePorts()
                .incidentsIn(own)
                .requestTimeout(Duration.ofSeconds(3))
                .build())) {
      String incident = "/api/incidents/" + openIncident(broken);
      try (Connection connection =
              DriverManager.getConnection("jdbc:sqlite:" + own.resolve("incidents.db"));
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER TABLE incident RENAME TO gone");
      }
      answer(broken, "/api/incidents", "GET", "/api/incidents", 503, "");
      answer(broken, "/api/incidents/{id}", "GET", incident, 503, "");
      answer(
          broken,
          "/api/incidents/{id}/acknowledge",
          "POST",
          incident + "/acknowledge",
          503,
          "{\"by\":\"me\"}");
    }
  }

  @Test
  void givenEveryPath_whenAskedInAWayThatNoneAllows_thenTheErrorHasTheShapeOfAll()
      throws Exception {
    try (Collector guarded =
        Collector.start(Settings.onFreePorts().apiToken("api-token-1").build())) {
      for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
        String target = path.getKey().replaceAll("\\{[a-z]+\\}", "x");
        String method = names(path.getValue()).get(0).toUpperCase(Locale.ROOT);
        answer(collector, path.getKey(), "PUT", target, 405, "");
        answer(guarded, path.getKey(), method, target, 401, "");
        answer(guarded, path.getKey(), method, target, 401, "", "Authorization", "Bearer wrong");
      }
      answer(collector, "/api/nowhere", "GET", "/api/nowhere", 404, "");
    }
  }

  @Test
  void givenTheDescription_whenReadByItsNames_thenEveryReferenceLeadsSomewhere() throws Exception {
    Set<String> references = new HashSet<>(description.findValuesAsText("$ref"));

    assertThat(references).isNotEmpty();
    for (String reference : references) {
      if (reference.startsWith("#")) {
        assertThat(description.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
      } else {
        assertThat(Http.get(collector.webPort(), "/api/" + reference)).contains("$schema");
      }
    }
  }

  private void ask(String path, String method, String target, int status) throws Exception {
    ask(path, method, target, status, "");
  }

  private void ask(
      String path, String method, String target, int status, String body, String... headers)
      throws Exception {
    answer(collector, path, method, target, status, body, headers);
  }

  private void answer(
      Collector of,
      String path,
      String method,
      String target,
      int status,
      String body,
      String... headers)
      throws Exception {
    HttpResponse<byte[]> answer =
        Http.send(method, of.webPort(), target, body.getBytes(StandardCharsets.UTF_8), headers);
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    String operation = method.toLowerCase(Locale.ROOT);
    asked.add(operation + " " + path + " " + status);

    assertThat(answer.statusCode()).as(target + ": " + text).isEqualTo(status);
    String place = "/paths/" + path.replace("/", "~1") + "/" + operation + "/responses/" + status;
    if (description.at(place).isMissingNode()) {
      place = "/components/responses/wrong";
    }
    JsonNode response = description.at(place);
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    if (response.has("$ref")) {
      place = response.path("$ref").asText().substring(1);
    }
    String type = answer.headers().firstValue("content-type").orElse("").replaceFirst(";.*", "");
    assertThat(description.at(place + "/content/" + type.replace("/", "~1")).isMissingNode())
        .as(target + " answers " + type)
        .isFalse();
    if (!type.equals("application/json")) {
      return;
    }
    JsonSchema schema =
        factory.getSchema(
            MAPPER
                .createObjectNode()
                .put("$ref", SCHEMAS + "openapi#" + place + "/content/application~1json/schema"));
    assertThat(schema.validate(MAPPER.readTree(text))).as(target + ": " + text).isEmpty();
  }

  /** Has one JVM report a deadlock, and answers the id of the incident. */
  private static String openIncident(Collector at) throws Exception {
    try (SendingJvm jvm = SendingJvm.overHttp(JVM, at)) {
      for (int i = 0; i < 3; i++) {
        jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(i)));
      }
    }
    return await()
        .until(
            () ->
                MAPPER
                    .readTree(Http.get(at.webPort(), "/api/incidents"))
                    .path(0)
                    .path("id")
                    .asText(),
            id -> !id.isEmpty());
  }

  private static JsonNode get(String path) throws Exception {
    return MAPPER.readTree(Http.get(collector.webPort(), path));
  }

  /** The description as one schema, its references by the names that the schemas bear. */
  private static String openapi() {
    return description
        .toString()
        .replace("\"finding.schema.json\"", "\"" + SCHEMAS + "finding.json\"")
        .replace("\"report.schema.json\"", "\"" + SCHEMAS + "report.json\"");
  }

  private static String schema(String name) {
    try {
      return Http.get(collector.webPort(), "/api/" + name + ".schema.json");
    } catch (Exception gone) {
      throw new IllegalStateException(gone);
    }
  }
}
