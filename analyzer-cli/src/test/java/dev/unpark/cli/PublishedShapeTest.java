package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    assertThat(wrongIn(locks, later)).isEmpty();
    assertThat(wrongIn("-v", virtual, hold, "missing", torn.toString())).isEmpty();
    assertThat(wrongIn("--mask-classes", hold, directory.toString())).isEmpty();
    assertThat(wrongIn(Unpark.fixture("nothing.txt", directory))).isEmpty();
  }

  @Test
  void givenAReportThatLacksAPart_whenChecked_thenTheSchemaTells() throws IOException {
    JsonNode report = new ObjectMapper().readTree("{\"inputs\":[{}],\"findings\":[{}]}");

    Set<ValidationMessage> wrong = schema().validate(report);

    assertThat(wrong.toString()).contains("accepted", "path", "severity");
  }

  private static Set<ValidationMessage> wrongIn(String... arguments) throws IOException {
    String[] command = new String[arguments.length + 2];
    command[0] = "diagnose";
    command[1] = "--format=json";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    return schema().validate(new ObjectMapper().readTree(Unpark.run(command).out()));
  }

  private static JsonSchema schema() throws IOException {
    String finding = Files.readString(DOCS.resolve("finding.schema.json"));
    return JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder ->
                builder.schemaLoaders(
                    loaders ->
                        loaders.schemas(Map.of("https://unpark.dev/schema/finding.json", finding))))
        .getSchema(Files.readString(DOCS.resolve("report.schema.json")));
  }
}
