package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertRulesTest {
  private static final Path ROOT = Path.of(System.getProperty("unpark.home", ".."));
  private static final Path README = ROOT.resolve("alert-rules/README.md");
  private static final Path ROUTING = ROOT.resolve("alert-rules/alertmanager.yml");

  static List<Alert> alerts() throws IOException {
    return Alert.all();
  }

  @Test
  void givenTheRules_whenPromtoolReadsThem_thenAccepts() throws Exception {
    Promtool.assertAccepts(arguments("check", Alert.files("", ".rules.yml")));
  }

  @Test
  void givenTheRules_whenTheirSeriesArePlayed_thenPromtoolAgrees() throws Exception {
    Promtool.assertAccepts(arguments("test", Alert.files("tests", ".test.yml")));
  }

  /** What promtool checks is only as good as what it is asked. */
  @ParameterizedTest
  @MethodSource("alerts")
  void givenAnAlert_whenItsTestsAreRead_thenItFiresStaysSilentAndResolvesInOne(Alert alert)
      throws Exception {
    boolean all = false;
    for (Map<Integer, Boolean> moments : casesOf(alert)) {
      List<Boolean> fires = new ArrayList<>(moments.values());
      int first = fires.indexOf(true);
      int last = fires.lastIndexOf(true);
      all |= first > 0 && last < fires.size() - 1;
    }
    assertThat(all).as("%s: silent, then firing, then over, in one test", alert.name()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void givenAnAlert_whenItIsRouted_thenItsLabelsSayTeamSeverityServiceAndSignature(Alert alert)
      throws Exception {
    assertThat(alert.labels()).containsOnlyKeys("severity", "team", "service", "signature");
    assertThat(alert.labels().get("severity")).isIn("page", "ticket");
    assertThat(alert.annotations()).containsOnlyKeys("summary", "description", "runbook");
    assertThat(Files.readString(README))
        .contains("| `" + alert.name() + "` | " + alert.labels().get("severity") + " |");
  }

  @Test
  void givenTheSignatures_whenCompared_thenTwoTroublesOfOneServiceDiffer() throws Exception {
    assertThat(Alert.all())
        .filteredOn(alert -> !alert.name().matches("UnparkPool.*|UnparkBurns.*"))
        .extracting(alert -> alert.labels().get("signature"))
        .doesNotHaveDuplicates();
  }

  @Test
  void givenARule_whenItNamesAMetric_thenThereIsOne() throws Exception {
    Set<String> recorded = new TreeSet<>();
    Alert.rules().stream().filter(Alert::recorded).forEach(rule -> recorded.add(rule.name()));
    for (Alert rule : Alert.rules()) {
      assertThat(MetricNames.in(rule.expression()))
          .as(rule.name())
          .isNotEmpty()
          .allMatch(name -> recorded.contains(name) || MetricNames.known().contains(name));
    }
  }

  @Test
  void givenTheRouting_whenItNamesAlerts_thenThereAreSuch() throws Exception {
    Set<String> named = all("(Unpark\\w+)", Files.readString(ROUTING));

    assertThat(named).isNotEmpty();
    assertThat(Alert.all()).extracting(Alert::name).containsAll(named);
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void givenARunbook_whenFollowed_thenThereIsSuchAPage(Alert alert) throws Exception {
    String[] link = alert.annotations().get("runbook").split("#", 2);
    if (link[0].contains("{{")) {
      return; // One page for each finding type, which another test counts.
    }
    Path page = ROOT.resolve(link[0]);
    assertThat(page).isRegularFile();
    if (link.length == 2) {
      assertThat(all("(?m)^### (.*)$", Files.readString(page)))
          .extracting(heading -> heading.toLowerCase(Locale.ROOT))
          .contains(link[1]);
    }
  }

  /** For each test case with that alert: the moment in seconds, and whether it fires then. */
  private static List<Map<Integer, Boolean>> casesOf(Alert alert) throws IOException {
    List<Map<Integer, Boolean>> cases = new ArrayList<>();
    for (Path file : Alert.files("tests", ".test.yml")) {
      for (JsonNode test : Alert.yaml(file).path("tests")) {
        Map<Integer, Boolean> moments = new TreeMap<>();
        for (JsonNode moment : test.path("alert_rule_test")) {
          if (moment.path("alertname").asText().equals(alert.name())) {
            moments.put(
                seconds(moment.path("eval_time").asText()), !moment.path("exp_alerts").isEmpty());
          }
        }
        cases.add(moments);
      }
    }
    return cases;
  }

  private static int seconds(String duration) {
    int seconds = 0;
    Matcher part = Pattern.compile("(\\d+)([hms])").matcher(duration);
    while (part.find()) {
      int unit =
          switch (part.group(2)) {
            case "h" -> 3_600;
            case "m" -> 60;
            default -> 1;
          };
      seconds += Integer.parseInt(part.group(1)) * unit;
    }
    return seconds;
  }

  private static String[] arguments(String command, List<Path> files) {
    List<String> arguments = new ArrayList<>(List.of(command, "rules"));
    files.forEach(file -> arguments.add(file.toString()));
    return arguments.toArray(String[]::new);
  }

  private static Set<String> all(String pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
