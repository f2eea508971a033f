package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unpark.apps.Scenario;
import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.telemetry.InstrumentType;
import dev.unpark.telemetry.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Detectors, metrics, alerts, panels, runbooks and programs name each other: whoever is called in
 * the night finds the same word in all of them, and nothing leads nowhere.
 */
class CounterpartsTest {
  private static final Path ROOT = Path.of(System.getProperty("unpark.home", ".."));
  private static final Path RUNBOOKS = ROOT.resolve("docs/runbooks");
  private static final List<String> SECTIONS =
      List.of(
          "What it means",
          "What users feel",
          "Confirm in one minute",
          "Stop the bleeding",
          "Find the cause",
          "Fix",
          "Prevent",
          "Reproduce");

  static List<String> findings() {
    return Detectors.all().stream().map(Detector::type).toList();
  }

  static List<Path> runbooks() throws IOException {
    try (Stream<Path> files = Files.list(RUNBOOKS)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("findings")
  void givenAFinding_whenItOpens_thenAnAlertTellsItAndThePagesKnowIt(String finding)
      throws Exception {
    assertThat(Alert.all())
        .filteredOn(alert -> alert.expression().matches("(?s).*[\"|]" + finding + "[\"|].*"))
        .as("alert for %s", finding)
        .extracting(alert -> alert.annotations().get("runbook"))
        .contains("docs/runbooks/" + finding + ".md");
    assertThat(RUNBOOKS.resolve(finding + ".md")).isRegularFile();
    assertThat(ROOT.resolve("README.md")).content().contains("| `" + finding + "` |");
  }

  @ParameterizedTest
  @EnumSource
  void givenAMetric_whenLookedFor_thenAPanelShowsItAndThePageExplainsIt(Metric metric)
      throws Exception {
    Set<String> shown = new TreeSet<>();
    for (Board board : Board.all()) {
      board.panels().forEach(panel -> shown.addAll(namesIn(panel)));
    }
    String name = metric.prometheusName();
    assertThat(shown)
        .as("panel for %s", metric.metricName())
        .containsAnyOf(
            metric.type() == InstrumentType.HISTOGRAM
                ? new String[] {name + "_bucket", name + "_sum", name + "_count"}
                : new String[] {name});
    assertThat(ROOT.resolve("docs/metrics.md")).content().contains("`" + metric.metricName() + "`");
  }

  @Test
  void givenARecordedSeries_whenLookedFor_thenAnAlertOrAPanelUsesIt() throws Exception {
    Set<String> used = new TreeSet<>();
    Alert.rules().forEach(rule -> used.addAll(MetricNames.in(rule.expression())));
    for (Board board : Board.all()) {
      board.expressions().forEach(expression -> used.addAll(MetricNames.in(expression)));
    }
    assertThat(Alert.rules())
        .filteredOn(Alert::recorded)
        .extracting(Alert::name)
        .allSatisfy(name -> assertThat(used).contains(name));
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void givenARunbook_whenRead_thenItHasTheOneShapeAndItsPanelsExist(Path runbook) throws Exception {
    String text = Files.readString(runbook);
    String name = runbook.getFileName().toString().replace(".md", "");

    assertThat(text).startsWith("# " + name + "\n");
    assertThat(all("(?m)^## (.*)$", text)).containsExactlyElementsOf(SECTIONS);
    assertThat(section(text, "Confirm in one minute")).containsPattern("(?m)^    \\S");
    assertThat(section(text, "Stop the bleeding"))
        .containsPattern("(?m)^1\\. ")
        .containsPattern("(?i)restart")
        .containsPattern("(?i)\\b(lost|loses)\\b");
    assertThat(all("\\*(\\w[\\w-]* / [^*]+)\\*", section(text, "Confirm in one minute")))
        .as("panels of %s", name)
        .isNotEmpty()
        .isSubsetOf(panelTitles());
  }

  @ParameterizedTest
  @MethodSource("runbooks")
  void givenARunbook_whenLookedFor_thenAnAlertLeadsToIt(Path runbook) throws Exception {
    String name = runbook.getFileName().toString().replace(".md", "");

    assertThat(Alert.all())
        .extracting(alert -> alert.annotations().get("runbook"))
        .contains("docs/runbooks/" + name + ".md");
  }

  @Test
  void givenAPanel_whenItLeadsToARunbook_thenThereIsOne() throws Exception {
    for (Board board : Board.all()) {
      assertThat(all("\\$\\{collector}/runbooks/([a-z-]+)", board.json().toString()))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(RUNBOOKS.resolve(name + ".md")).isRegularFile());
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenAProgram_whenItsFindingHasARunbook_thenThatSaysHowToStartIt(Scenario scenario)
      throws Exception {
    if (scenario.runbook().isPresent()) {
      assertThat(RUNBOOKS.resolve(scenario.runbook().get() + ".md"))
          .content()
          .contains("./unpark demo " + scenario.label());
    }
  }

  @Test
  void givenADemo_whenADocumentNamesIt_thenThereIsOne() throws Exception {
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".md")).toList()) {
        assertThat(all("unpark demo ([a-z]+-[a-z-]+)", Files.readString(file)))
            .as(file.toString())
            .allMatch(label -> Scenario.of(label).isPresent());
      }
    }
  }

  private static List<String> panelTitles() throws IOException {
    List<String> titles = new ArrayList<>();
    for (Board board : Board.all()) {
      board
          .panels()
          .forEach(panel -> titles.add(board.title() + " / " + panel.path("title").asText()));
    }
    return titles;
  }

  private static Set<String> namesIn(JsonNode panel) {
    Set<String> names = new TreeSet<>();
    panel.findValues("expr").forEach(query -> names.addAll(MetricNames.in(query.asText())));
    return names;
  }

  private static String section(String text, String heading) {
    int from = text.indexOf("\n## " + heading + "\n");
    int to = text.indexOf("\n## ", from + 1);
    return text.substring(from, to < 0 ? text.length() : to);
  }

  private static List<String> all(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
