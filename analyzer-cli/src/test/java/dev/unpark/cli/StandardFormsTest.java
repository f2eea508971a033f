package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.contrastsecurity.sarif.SarifSchema210;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;

/**
 * SARIF and JUnit's XML are what others say that they are: the schema of SARIF 2.1.0 as OASIS
 * published it, and the one by which build servers read JUnit's reports ({@code junit-10.xsd}, of
 * Jenkins' xUnit plugin; it carries its licence).
 */
class StandardFormsTest {
  @TempDir private Path directory;

  /** A finding of each kind of source, none, and inputs that are wrong in several ways. */
  private List<String[]> reports() throws IOException {
    String locks = Unpark.fixture("locks.txt", directory);
    String virtual = Unpark.fixture("virtual.json", directory);
    String hold = Unpark.fixture("long-hold.txt", directory);
    String nothing = Unpark.fixture("nothing.txt", directory);
    Path odd = directory.resolve("odd names/t\u00e4glich #1: 100 %.txt");
    Files.createDirectories(odd.getParent());
    Files.writeString(
        odd,
        Fixtures.dump(
            "10:00:00",
            Fixtures.blocked("<b> & \"c\" ]]>\u0001", 21, "0x01", "a.B.c(B.java:10)"),
            Fixtures.blocked("", 22, "0x01", "a.B.<init>(Unknown Source)"),
            Fixtures.holder("\u001b[31m", 23, "0x01", 100)));
    Path torn =
        Files.writeString(
            directory.resolve("torn"), Unpark.resource("locks.txt").substring(0, 6000) + "\n???\n");
    String accepted = directory.resolve("accepted").toString();
    assertThat(Unpark.run("diagnose", "--write-baseline", accepted, hold).exitCode()).isZero();
    return List.of(
        new String[] {locks, Unpark.fixture("locks-later.txt", directory)},
        new String[] {virtual, hold, nothing},
        new String[] {nothing},
        new String[] {odd.toString()},
        new String[] {"missing", directory.toString(), torn.toString(), locks},
        new String[] {"missing"},
        new String[] {"--mask-classes", locks, hold},
        new String[] {"--fail-on", "critical", locks, hold},
        new String[] {"--baseline", accepted, locks, hold});
  }

  private static String printed(String format, String... arguments) {
    List<String> all = new ArrayList<>(List.of("diagnose", "--format", format));
    all.addAll(List.of(arguments));
    return Unpark.run(all.toArray(String[]::new)).out();
  }

  @Test
  void givenReports_whenPrintedAsSarif_thenTheyFollowTheSchemaOfOasis() throws IOException {
    JsonSchema schema = sarif();
    for (String[] report : reports()) {
      JsonNode log = new ObjectMapper().readTree(printed("sarif", report));

      assertThat(schema.validate(log)).as(String.join(" ", report)).isEmpty();
      assertThat(log.path("version").asText()).isEqualTo("2.1.0");
    }
  }

  @Test
  void givenALogThatIsNoSarif_whenValidated_thenTheSchemaTells() throws IOException {
    JsonNode log =
        new ObjectMapper().readTree("{\"version\":\"2.1.0\",\"runs\":[{\"results\":1}]}");

    assertThat(sarif().validate(log).toString()).contains("tool", "results");
  }

  private static JsonSchema sarif() throws IOException {
    try (InputStream in =
        SarifSchema210.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(Objects.requireNonNull(in));
    }
  }

  @Test
  void givenReports_whenPrintedForBuildServers_thenTheyFollowTheirSchema()
      throws IOException, SAXException {
    Schema schema = junit();
    for (String[] report : reports()) {
      String xml = printed("junit", report);

      assertThatCode(() -> schema.newValidator().validate(new StreamSource(new StringReader(xml))))
          .as(String.join(" ", report))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void givenXmlOfAnotherKind_whenValidated_thenTheSchemaTells() throws IOException, SAXException {
    StreamSource other = new StreamSource(new StringReader("<testsuites><test/></testsuites>"));
    Schema schema = junit();

    assertThatThrownBy(() -> schema.newValidator().validate(other))
        .isInstanceOf(SAXException.class);
  }

  private static Schema junit() throws IOException, SAXException {
    try (InputStream in = StandardFormsTest.class.getResourceAsStream("junit-10.xsd")) {
      return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
          .newSchema(new StreamSource(Objects.requireNonNull(in)));
    }
  }
}
