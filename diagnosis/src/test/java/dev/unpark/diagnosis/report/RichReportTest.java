package dev.unpark.diagnosis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.report.html.HtmlReport;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is seldom in a report, in each of its forms. */
class RichReportTest {
  private final Finding critical =
      RichScene.finding(Severity.CRITICAL, Finding.State.OPENED, Scene.JVM);
  private final Finding over =
      RichScene.finding(Severity.ADVICE, Finding.State.CLOSED, RichScene.NAMELESS);

  private static String text(Report report, boolean verbose) {
    FindingText findings = new FindingText(ZoneOffset.UTC, verbose, Palette.NONE, 120);
    return new TextReport(findings, verbose, Palette.NONE).render(report);
  }

  @Test
  void givenEveryKindOfHolder_whenWrittenAsJson_thenEachHasItsOwnName() {
    assertThat(FindingJson.line(critical))
        .contains(
            "\"heldBy\":1",
            "\"heldByAll\":[1,2]",
            "\"heldByAny\":[2,3]",
            "\"believedHolders\":[4]",
            "\"servedBy\":\"pool-a\"",
            "\"heldByAll\":[]",
            "\"pid\":4711",
            "\"jdk\":\"25.0.3\"",
            "\"site\":\"shop.Bank.open\"");
  }

  @Test
  void givenPoolsWithAndWithoutLimits_whenWrittenAsJson_thenNoLimitIsAbsent() {
    String json = FindingJson.line(critical);

    assertThat(json)
        .contains(
            "\"limit\":4", "\"queued\":7,\"queueCapacity\":10,\"completed\":100", "\"rejected\":3");
    assertThat(json.substring(json.indexOf("\"id\":\"pool-b\"")))
        .doesNotContain("\"limit\":", "\"queueCapacity\":", "\"site\":\"\"");
  }

  @Test
  void givenWhatADumpDoesNotSay_whenWrittenAsJson_thenItIsAbsent() {
    assertThat(FindingJson.line(over))
        .contains("\"state\":\"closed\"", "\"severity\":\"advice\"")
        .contains("{\"kind\":\"dump-lines\",\"thread\":4,\"from\":4,\"to\":7}")
        .contains(
            "{\"kind\":\"dump-lines\",\"thread\":2,\"source\":\"a.dump\",\"from\":2,\"to\":5}")
        .doesNotContain("\"pid\"", "\"jdk\"", "\"source\":\"\"");
  }

  @Test
  void givenLongAges_whenTold_thenInMinutesAndHours() {
    assertThat(FindingText.duration(119)).isEqualTo("119 s");
    assertThat(FindingText.duration(120)).isEqualTo("2 min");
    assertThat(FindingText.duration(7199)).isEqualTo("119 min");
    assertThat(FindingText.duration(7200)).isEqualTo("2 h");
    assertThat(text(RichScene.report(List.of(critical), List.of(), 0), false))
        .contains("SUSPECTED  deadlock  for 2 h, since 03:12:07\n");
  }

  @Test
  void givenAFindingThatIsOver_whenTold_thenEachFormSaysSo() {
    Report report = RichScene.report(List.of(over), List.of(), 0);

    assertThat(text(report, true)).contains("(over)");
    assertThat(new HtmlReport(ZoneOffset.UTC).render(report)).contains(", over</p>");
  }

  @Test
  void givenLinesInDumps_whenTold_thenEachFormNamesThem() {
    Report report = RichScene.report(List.of(critical), List.of(), 0);

    assertThat(text(report, false))
        .contains("lines    a.dump:2-5 , standard input:4-7 tab name, a.dump:6-9 http-6");
    assertThat(new MarkdownReport(ZoneOffset.UTC).render(report))
        .contains("a.dump:2-5", "input:4-7");
    assertThat(new HtmlReport(ZoneOffset.UTC).render(report))
        .contains("holder, a.dump:2-5", "worker, standard input:4-7");
    assertThat(SarifReport.render(report)).contains("\"startLine\":2,\"endLine\":5");
  }

  @Test
  void givenAnAcceptedFinding_whenTold_thenEachFormCountsItApart() {
    Report report = RichScene.report(List.of(), List.of(critical, over), 0);

    assertThat(text(report, false))
        .contains("nothing found\n", "2 findings are accepted by the baseline\n", critical.id());
    assertThat(text(RichScene.report(List.of(), List.of(over), 0), false))
        .contains("1 finding is accepted by the baseline\n");
    assertThat(new MarkdownReport(ZoneOffset.UTC).render(report))
        .contains("Nothing found.", "- not seen: virtual threads", "Accepted by the baseline:");
    assertThat(new HtmlReport(ZoneOffset.UTC).render(report))
        .contains("Nothing found.", "not seen: virtual threads", "2 accepted by the baseline");
    assertThat(SarifReport.render(report))
        .contains("\"suppressions\":[{\"kind\":\"external\"", "\"level\":\"note\"")
        .contains("\"executionSuccessful\":true");
    assertThat(new JUnitReport(ZoneOffset.UTC, Severity.ADVICE).render(report))
        .contains("tests=\"2\" failures=\"0\"");
  }

  @Test
  void givenFindingsBelowTheBar_whenToldForBuildServers_thenTheyAreOutputAndNoFailure() {
    Report report = RichScene.report(List.of(over), List.of(), 0);

    assertThat(new JUnitReport(ZoneOffset.UTC, Severity.WARNING).render(report))
        .contains("failures=\"0\"", "<system-out>", "everything at once")
        .doesNotContain("<failure");
    assertThat(
            new JUnitReport(ZoneOffset.UTC, Severity.WARNING)
                .render(RichScene.report(List.of(critical, over), List.of(), 0)))
        .contains("failures=\"1\"", "<failure type=\"critical\"", "<system-out>");
    assertThat(SarifReport.render(RichScene.report(List.of(warning()), List.of(), 0)))
        .contains("\"level\":\"warning\"");
  }

  private static Finding warning() {
    return RichScene.finding(Severity.WARNING, Finding.State.UPDATED, Scene.JVM);
  }

  @Test
  void givenThousandsOfThreadsAndUnreadLines_whenTold_thenTheRestIsCounted() {
    Report report = RichScene.report(List.of(critical), List.of(), 500);

    assertThat(text(report, false)).contains("500 lines inside the dumps could not be read");
    assertThat(text(report, true).split("<garbage>", -1)).hasSize(101);
    String page = new HtmlReport(ZoneOffset.UTC).render(report);
    for (String part :
        List.of(
            "500 lines inside the dumps",
            " more threads are left out of this page",
            " more kinds of names are left out",
            " more stacks are left out",
            "(no name)")) {
      assertThat(page.contains(part)).as(part).isTrue(); // A failure need not print the page.
    }
    assertThat(new MarkdownReport(ZoneOffset.UTC).render(report)).contains("read: 500.");
  }

  @Test
  void givenNoJvmAtAll_whenTold_thenEachFormIsWhole() {
    Report empty = new Report("1.0", List.of(), List.of(), List.of());

    assertThat(text(empty, false)).isEmpty();
    assertThat(new HtmlReport(ZoneOffset.UTC).render(empty)).contains("<title>Unpark</title>");
    assertThat(SarifReport.render(empty)).contains("\"results\":[]");
    assertThat(new JUnitReport(ZoneOffset.UTC, Severity.ADVICE).render(empty))
        .contains("tests=\"0\"");
    assertThat(new MarkdownReport(ZoneOffset.UTC).render(empty)).isEqualTo("\n");
  }

  @Test
  void givenAPicture_whenDrawn_thenPoolsServeAndHoldersHold() {
    String page =
        new HtmlReport(ZoneOffset.UTC).render(RichScene.report(List.of(critical), List.of(), 0));

    assertThat(page).contains("pool http-#, 7 queued", "a pool, 7 queued", "class=\"graph\"");
  }

  @Test
  void givenSeveralJvms_whenOnOnePage_thenItsTopSaysWhatEachHas() {
    Report one = RichScene.report(List.of(critical, warning(), warning()), List.of(), 0);
    Report calm = RichScene.report(List.of(), List.of(), 0);
    List<Subject> both = List.of(one.subjects().get(0), calm.subjects().get(0));
    Complaint torn = new Complaint("cannot read 'x'", "a", "b", "c");
    HtmlReport html = new HtmlReport(ZoneOffset.UTC);

    String page = html.render(new Report("1.0", one.checks(), both, List.of(torn, torn)));

    assertThat(page.substring(0, page.indexOf("<main>")))
        .contains("<a href=\"#j1\">a.dump</a>: 1 critical, 2 warning</li>")
        .contains("<a href=\"#j2\">a.dump</a>: nothing found</li>")
        .contains("<a href=\"#unreadable\">2 inputs could not be read, or not to their end</a>");
    assertThat(html.render(calm)).doesNotContain("class=\"overview\"");
    assertThat(html.render(new Report("1.0", one.checks(), calm.subjects(), List.of(torn))))
        .contains("1 input could not be read, or not to its end");
  }

  @Test
  void givenTextOfEveryKind_whenPrinted_thenNothingMovesTheCursor() {
    assertThat(Printable.text("plain ~")).isEqualTo("plain ~");
    assertThat(Printable.text("a\tb")).isEqualTo("a b");
    assertThat(Printable.text("\u007f\u009b\u2028\u2029\u202e\ud800 \u00e4 \ud83d\ude00"))
        .isEqualTo("\\u007f\\u009b\\u2028\\u2029\\u202e\\ud800 \u00e4 \ud83d\ude00");
    assertThat(Printable.text("abcdef", 3)).isEqualTo("abc...");
    assertThat(Printable.text("\ud83d\ude00\ud83d\ude00", 1)).isEqualTo("\ud83d\ude00...");
  }

  @Test
  void givenTextThatJsonEscapes_whenWritten_thenIsEscaped() {
    assertThat(new JsonWriter().value("\"\\\n\r\t\b\f\u0001\u2028\ud800\u00e4").toString())
        .contains("\\\"", "\\\\", "\\n", "\\u0001", "\u00e4");
  }

  @Test
  void givenEverythingThatHasAName_whenMasked_thenClassesAndPlacesAreHidden() {
    Observation seen =
        new Observation(
            Scene.JVM,
            Scene.START,
            RichScene.crowd(4).threads(),
            critical.resources(),
            critical.executors(),
            List.of(
                new LockActivity(ResourceKind.MONITOR, "shop.Bank", "shop.Bank.m(B.java:1)", 1, 2)),
            List.of(),
            List.of(new QueueState("shop.Q@1", "shop.Q", "shop.Q.put(Q.java:1)", 1, 2, 3, 4)),
            null);

    Observation named = new Mask(false).observation(seen);
    Observation hidden = new Mask(true).observation(seen);

    assertThat(named.queues()).isEqualTo(seen.queues());
    assertThat(named.lockActivity()).isEqualTo(seen.lockActivity());
    assertThat(named.resources()).isEqualTo(seen.resources());
    assertThat(hidden.toString()).doesNotContain("shop", "Bank");
    assertThat(hidden.executors().get(0).type()).startsWith("java.util.concurrent.");
    assertThat(hidden.threads().get(3).evidence()).isNotNull();
    assertThat(new Mask(true).source("")).isEmpty();
  }
}
