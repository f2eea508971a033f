package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardTest {
  static List<Board> boards() throws IOException {
    return Board.all();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void givenAnExpression_whenItNamesAMetric_thenThereIsOne(Board board) throws Exception {
    Set<String> recorded =
        Alert.rules().stream()
            .filter(Alert::recorded)
            .map(Alert::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(board.expressions())
        .allSatisfy(
            expression ->
                assertThat(MetricNames.in(expression))
                    .as(expression)
                    .isNotEmpty()
                    .allMatch(
                        name -> recorded.contains(name) || MetricNames.known().contains(name)));
  }

  @ParameterizedTest
  @MethodSource("boards")
  void givenTheVariables_whenTheyAskForAMetric_thenThereIsOne(Board board) {
    assertThat(board.variables())
        .extracting(variable -> variable.path("name").asText())
        .containsExactly("datasource", "job", "instance", "collector");
    assertThat(board.variables())
        .filteredOn(variable -> variable.path("type").asText().equals("query"))
        .extracting(variable -> variable.path("definition").asText())
        .hasSize(2)
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
    for (Board board : Board.all()) {
      for (String expression : board.expressions()) {
        rules.append("  - record: panel:%d\n    expr: |-\n      ".formatted(number++));
        rules.append(MetricNames.filledIn(expression, "1m")).append('\n');
      }
    }
    Path file = Files.writeString(scratch.resolve("dashboard.yml"), rules);

    Promtool.assertAccepts("check", "rules", file.toString());
  }

  @ParameterizedTest
  @MethodSource("boards")
  void givenThePanels_whenLaidOut_thenNoneCoversAnotherAndIdsAreTheirOwn(Board board) {
    List<JsonNode> panels = Board.elements(board.json().path("panels"));

    assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
    assertThat(panels).extracting(panel -> panel.path("title").asText()).doesNotHaveDuplicates();
    for (JsonNode one : panels) {
      assertThat(one.path("gridPos").path("x").asInt() + one.path("gridPos").path("w").asInt())
          .isLessThanOrEqualTo(24);
      for (JsonNode other : panels) {
        assertThat(one != other && overlap(one.path("gridPos"), other.path("gridPos")))
            .as("%s over %s", one.path("title"), other.path("title"))
            .isFalse();
      }
    }
  }

  private static boolean overlap(JsonNode a, JsonNode b) {
    return a.path("x").asInt() < b.path("x").asInt() + b.path("w").asInt()
        && b.path("x").asInt() < a.path("x").asInt() + a.path("w").asInt()
        && a.path("y").asInt() < b.path("y").asInt() + b.path("h").asInt()
        && b.path("y").asInt() < a.path("y").asInt() + a.path("h").asInt();
  }
}
