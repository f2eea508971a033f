package dev.unpark.diagnosis.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.ReportScene;
import dev.unpark.diagnosis.report.Subject;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private final String page = new HtmlReport(ZoneOffset.UTC).render(ReportScene.report());

  @Test
  void givenANameMadeOfMarkup_whenOnThePage_thenItIsTextEverywhere() {
    assertThat(page)
        .contains("evil\\u001b[2J\\u000a&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)")
        .doesNotContain("<script>alert", "</title><script", "\u001b", "a b<c>");
    assertThat(count("<script")).isEqualTo(1);
    assertThat(count("</script>")).isEqualTo(1);
  }

  @Test
  void givenThePage_whenOpened_thenItLoadsNothingAndAllowsOneScript() {
    assertThat(page)
        .contains("default-src &#39;none&#39;")
        .doesNotContain("http://", "https://", "<link", "<img", "<iframe", "url(//", "@import");
    assertThat(count(" src=")).isZero();
    assertThat(count(" on[a-z]+=\"")).isZero();
  }

  @Test
  void givenADeadlock_whenOnThePage_thenSummaryChainPictureAndStacksFollowEachOther() {
    assertThat(List.of("class=\"summary\"", "class=\"chain\"", "<svg class=\"graph\"", "Stacks"))
        .isSortedAccordingTo((a, b) -> Integer.compare(page.indexOf(a), page.indexOf(b)))
        .allMatch(page::contains);
    assertThat(page)
        .contains("proven deadlock", "2 x http-#", "Threads by name", "Threads by stack")
        .contains("a b&lt;c&gt;.dump:310-315", "try: ls", "1 line inside the dumps");
  }

  @Test
  void givenThePage_whenRead_thenEveryElementIsClosedAndEveryIdIsUnique() {
    Matcher tags = Pattern.compile("<(/?)([a-z0-9]+)[^>]*>").matcher(body());
    Deque<String> open = new ArrayDeque<>();
    while (tags.find()) {
      if (tags.group(2).equals("input")) {
        continue;
      }
      if (tags.group(1).isEmpty()) {
        open.push(tags.group(2));
      } else {
        assertThat(open.pop()).isEqualTo(tags.group(2));
      }
    }
    assertThat(open).isEmpty();
    List<String> ids = ids(page);
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(Pattern.compile("href=\"#([^\"]+)\"").matcher(page).results().map(m -> m.group(1)))
        .allMatch(ids::contains);
  }

  @Test
  void givenTheSameFindingInTwoJvms_whenOnOnePage_thenNoIdIsUsedTwice() {
    Report one = ReportScene.report();
    List<Subject> twice = List.of(one.subjects().get(0), one.subjects().get(0));
    Report two = new Report(one.version(), one.checks(), twice, List.of());

    assertThat(ids(new HtmlReport(ZoneOffset.UTC).render(two))).doesNotHaveDuplicates();
  }

  private static List<String> ids(String html) {
    return Pattern.compile(" id=\"([^\"]+)\"")
        .matcher(html)
        .results()
        .map(m -> m.group(1))
        .toList();
  }

  private String body() {
    String body = page.substring(page.indexOf("<body>"), page.indexOf("</body>") + 7);
    int script = body.indexOf("<script>");
    return body.substring(0, script) + body.substring(body.indexOf("</script>") + 9);
  }

  private long count(String pattern) {
    return Pattern.compile(pattern).matcher(page).results().count();
  }
}
