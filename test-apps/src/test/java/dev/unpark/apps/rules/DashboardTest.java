package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardTest {
  private static final Path DASHBOARD =
      Path.of(System.getProperty("unpark.home", ".."), "grafana-dashboards/unpark.json");
  private static JsonNode dashboard;

  @BeforeAll
  static void read() throws Exception {
    dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
  }

  @Test
  void givenAnExpression_whenItNamesAMetric_thenThereIsOne() {
    assertThat(expressions())
        .allSatisfy(
            expression ->
                assertThat(MetricNames.in(expression))
                    .as(expression)
                    .isNotEmpty()
                    .isSubsetOf(MetricNames.known()));
  }

  @Test
  void givenAVariable_whenItAsksForAMetric_thenThereIsOne() {
    assertThat(variables("query"))
        .extracting(variable -> variable.path("name").asText())
        .containsExactly("job", "instance");
    assertThat(variables("query"))
        .extracting(variable -> variable.path("definition").asText())
        .allSatisfy(
            query ->
                assertThat(MetricNames.in(query.replaceAll("\\w+\\(", " ")))
                    .isNotEmpty()
                    .isSubsetOf(MetricNames.known()));
  }

  /**
   * Grafana puts its own variables in before it asks; so do we, and let promtool parse the rest.
   */
  @Test
  void givenTheExpressions_whenWrappedAsRecordingRules_thenPromtoolParsesEach(@TempDir Path scratch)
      throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    int number = 0;
    for (String expression : expressions()) {
      rules.append("  - record: panel:%d\n    expr: |-\n      ".formatted(number++));
      rules.append(expression.replace("$__rate_interval", "1m").replaceAll("\\$\\w+", "x"));
      rules.append('\n');
    }
    Path file = Files.writeString(scratch.resolve("dashboard.yml"), rules);

    Promtool.assertAccepts("check", "rules", file.toString());
  }

  @Test
  void givenThePanels_whenLaidOut_thenNoneCoversAnotherAndIdsAreTheirOwn() {
    List<JsonNode> panels = elements(dashboard.path("panels"));

    assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
    for (JsonNode one : panels) {
      for (JsonNode other : panels) {
        assertThat(one != other && overlap(one.path("gridPos"), other.path("gridPos")))
            .as("%s over %s", one.path("title"), other.path("title"))
            .isFalse();
      }
    }
  }

  private static List<String> expressions() {
    return dashboard.findValues("expr").stream().map(JsonNode::asText).toList();
  }

  private static List<JsonNode> variables(String type) {
    return elements(dashboard.path("templating").path("list")).stream()
        .filter(variable -> variable.path("type").asText().equals(type))
        .toList();
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static boolean overlap(JsonNode a, JsonNode b) {
    return a.path("x").asInt() < b.path("x").asInt() + b.path("w").asInt()
        && b.path("x").asInt() < a.path("x").asInt() + a.path("w").asInt()
        && a.path("y").asInt() < b.path("y").asInt() + b.path("h").asInt()
        && b.path("y").asInt() < a.path("y").asInt() + a.path("h").asInt();
  }
}
