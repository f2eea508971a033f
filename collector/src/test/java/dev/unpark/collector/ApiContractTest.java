package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
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
    try (SendingJvm jvm = SendingJvm.overHttp(JVM, collector)) {
      for (int i = 0; i < 3; i++) {
        jvm.send(Looks.deadlocked(JVM, NOON.plusSeconds(i)));
      }
    }
    await().untilAsserted(() -> assertThat(get("/api/incidents")).isNotEmpty());
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

    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : description.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        described.add(operation.getKey() + " " + path.getKey());
      }
    }
    assertThat(asked).isEqualTo(described);
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

  private void ask(String path, String method, String target, int status, String body)
      throws Exception {
    HttpResponse<byte[]> answer =
        Http.send(method, collector.webPort(), target, body.getBytes(StandardCharsets.UTF_8));
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    String operation = method.toLowerCase(java.util.Locale.ROOT);
    asked.add(operation + " " + path);

    assertThat(answer.statusCode()).as(target + ": " + text).isEqualTo(status);
    String place = "/paths/" + path.replace("/", "~1") + "/" + operation + "/responses/" + status;
    JsonNode response = description.at(place);
    assertThat(response.isMissingNode()).as(place + " is described").isFalse();
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
