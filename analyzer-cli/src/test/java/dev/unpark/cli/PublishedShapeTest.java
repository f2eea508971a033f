package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --format json} prints is what {@code docs/report.schema.json} says. */
class PublishedShapeTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir private Path directory;

  @Test
  void givenReportsOfEveryKind_whenPrintedAsJson_thenTheyHaveThePublishedShape()
      throws IOException {
    String locks = Unpark.fixture("locks.txt", directory);
    String later = Unpark.fixture("locks-later.txt", directory);
    String virtual = Unpark.fixture("virtual.json", directory);
    String hold = Unpark.fixture("long-hold.txt", directory);
    Path torn =
        Files.writeString(
            directory.resolve("torn"), Unpark.resource("locks.txt").substring(0, 6000) + "\n???\n");

    assertThat(wrongIn(printed("diagnose", locks, later))).isEmpty();
    assertThat(wrongIn(printed("diagnose", "-v", virtual, hold, "missing", torn.toString())))
        .isEmpty();
    assertThat(wrongIn(printed("diagnose", "--mask-classes", hold, directory.toString())))
        .isEmpty();
    assertThat(wrongIn(printed("diagnose", Unpark.fixture("nothing.txt", directory)))).isEmpty();
  }

  @Test
  void givenComparisons_whenPrintedAsJson_thenTheyHaveThePublishedShape() throws IOException {
    String before =
        Fixtures.dump(
            "10:00:00",
            Fixtures.blocked("http-1", 21, "0x01", "com.acme.Cart.add(Cart.java:10)"),
            Fixtures.blocked("http-2", 22, "0x01", "com.acme.Cart.add(Cart.java:10)"),
            Fixtures.holder("http-3", 23, "0x01", 100),
            Fixtures.holder("loop-1", 24, "0x02", 100));
    String after =
        Fixtures.dump(
            "10:00:30",
            Fixtures.blocked("http-1", 21, "0x02", "com.acme.Cart.pay(Cart.java:20)"),
            Fixtures.blocked("http-2", 22, "0x02", "com.acme.Cart.pay(Cart.java:20)"),
            Fixtures.holder("loop-1", 24, "0x02", 29_000),
            Fixtures.holder("http-4", 25, "0x03", 1));
    String series = Files.writeString(directory.resolve("series"), before + after).toString();

    JsonNode printed = printed("compare", series);

    assertThat(wrongIn(printed)).isEmpty();
    JsonNode comparison = printed.at("/comparisons/0");
    assertThat(comparison.at("/busy/0/thread/name").asText()).isEqualTo("loop-1");
    assertThat(comparison.at("/movedWaits/0/threads").asInt()).isEqualTo(2);
    assertThat(comparison.at("/ended/0/name").asText()).isEqualTo("http-3");
    assertThat(wrongIn(printed("compare", "--mask-classes", series))).isEmpty();
    assertThat(
            wrongIn(
                printed(
                    "compare",
                    Unpark.fixture("locks.txt", directory),
                    Unpark.fixture("locks-later.txt", directory))))
        .isEmpty();
  }

  @Test
  void givenARecording_whenPrintedAsJson_thenItHasThePublishedShape() throws Exception {
    String file = RecordedDoor.record(directory);

    JsonNode printed = printed("recording", file);

    assertThat(wrongIn(printed)).isEmpty();
    assertThat(printed.at("/recordings/0/locks/0/longestThread").asText()).isEqualTo("guest-1");
    assertThat(wrongIn(printed("recording", "--mask-classes", file))).isEmpty();
  }

  @Test
  void givenAReportThatLacksAPart_whenChecked_thenTheSchemaTells() throws IOException {
    JsonNode report = new ObjectMapper().readTree("{\"inputs\":[{}],\"findings\":[{}]}");

    Set<ValidationMessage> wrong = schema().validate(report);

    assertThat(wrong.toString()).contains("accepted", "path", "severity");
  }

  private static JsonNode printed(String command, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(command, "--format=json"));
    all.addAll(List.of(arguments));
    return new ObjectMapper().readTree(Unpark.run(all.toArray(String[]::new)).out());
  }

  private static Set<ValidationMessage> wrongIn(JsonNode printed) throws IOException {
    return schema().validate(printed);
  }

  /** What is published, and nothing that is not: here an unknown name is a fault. */
  private static JsonSchema schema() throws IOException {
    String finding = closed("finding.schema.json");
    return JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder ->
                builder.schemaLoaders(
                    loaders ->
                        loaders.schemas(Map.of("https://unpark.dev/schema/finding.json", finding))))
        .getSchema(closed("report.schema.json"));
  }

  private static String closed(String name) throws IOException {
    JsonNode schema = new ObjectMapper().readTree(Files.readString(DOCS.resolve(name)));
    close(schema);
    return schema.toString();
  }

  private static void close(JsonNode node) {
    if (node.has("properties") && node.path("type").asText().equals("object")) {
      ((ObjectNode) node).put("additionalProperties", false);
    }
    node.forEach(PublishedShapeTest::close);
  }
}
