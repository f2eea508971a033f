package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlertRulesTest {
  private static final Path ROOT = Path.of(System.getProperty("unpark.home", ".."));
  private static final Path RULES = ROOT.resolve("alert-rules/unpark.rules.yml");
  private static final Path TESTS = ROOT.resolve("alert-rules/tests/unpark.test.yml");

  @Test
  void givenTheRules_whenPromtoolReadsThem_thenAccepts() throws Exception {
    Promtool.assertAccepts("check", "rules", RULES.toString());
  }

  @Test
  void givenTheRules_whenTheirSeriesArePlayed_thenFireStaySilentAndResolve() throws Exception {
    Promtool.assertAccepts("test", "rules", TESTS.toString());
  }

  @Test
  void givenAnAlert_whenLookedFor_thenIsTestedAndDescribed() throws Exception {
    String tests = Files.readString(TESTS);
    String page = Files.readString(ROOT.resolve("alert-rules/README.md"));

    assertThat(all("- alert: (\\w+)", Files.readString(RULES)))
        .isNotEmpty()
        .allSatisfy(alert -> assertThat(tests).contains("alertname: " + alert + "\n"))
        .allSatisfy(alert -> assertThat(page).contains("`" + alert + "`"));
  }

  @Test
  void givenAnExpression_whenItNamesAMetric_thenThereIsOne() throws Exception {
    Set<String> named = MetricNames.in(Files.readString(RULES).replaceAll("(?m)^ *#.*$", ""));

    assertThat(named).isNotEmpty().isSubsetOf(MetricNames.known());
  }

  @Test
  void givenARunbook_whenFollowed_thenThereIsSuchAPage() throws Exception {
    assertThat(all("runbook: ([^{\\s]+)\\s", Files.readString(RULES)))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(ROOT.resolve(link.replaceAll("#.*", ""))).isRegularFile())
        .filteredOn(link -> link.contains("#"))
        .allSatisfy(
            link ->
                assertThat(
                        all(
                            "(?m)^### (.*)$",
                            Files.readString(ROOT.resolve("alert-rules/README.md"))))
                    .extracting(heading -> heading.toLowerCase(Locale.ROOT))
                    .contains(link.replaceAll(".*#", "")));
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
