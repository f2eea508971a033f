package dev.unpark.diagnosis.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Severity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The same report in each form; what each prints is kept as the exact text. */
class ReportFormsTest {
  private final Report report = ReportScene.report();

  private static String expected(String resource) throws IOException {
    try (InputStream in = ReportFormsTest.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
    }
  }

  @Test
  void givenAReport_whenToldInText_thenWaiterAndOwnerStandSideBySide() throws IOException {
    FindingText findings = new FindingText(ZoneOffset.UTC, true, Palette.NONE, 100);

    assertThat(new TextReport(findings, true, Palette.NONE).render(report))
        .isEqualTo(expected("report.txt"));
  }

  @Test
  void givenATooNarrowTerminal_whenToldInText_thenStacksStandBelowEachOther() {
    FindingText findings = new FindingText(ZoneOffset.UTC, true, Palette.NONE, 60);

    assertThat(new TextReport(findings, true, Palette.NONE).render(report))
        .contains("\n  transfer-1  #31  member\n      at shop.Bank.move(Bank.java:31)\n");
  }

  @Test
  void givenATerminalWithColours_whenToldInText_thenOnlyColoursAreAdded() {
    String plain = text(Palette.NONE);
    String coloured = text(Palette.ANSI);

    assertThat(coloured).contains("\u001b[1;31mPROVEN  deadlock\u001b[0m");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]+m", "")).isEqualTo(plain);
  }

  private String text(Palette palette) {
    FindingText findings = new FindingText(ZoneOffset.UTC, false, palette, 100);
    return new TextReport(findings, false, palette).render(report);
  }

  @Test
  void givenAReport_whenToldInMarkdown_thenNamesAreNoMarkup() throws IOException {
    assertThat(new MarkdownReport(ZoneOffset.UTC).render(report)).isEqualTo(expected("report.md"));
  }

  @Test
  void givenAReport_whenToldAsSarif_thenIsTheExactText() throws IOException {
    assertThat(SarifReport.render(report)).isEqualTo(expected("report.sarif"));
  }

  @Test
  void givenPathsOfEveryKind_whenToldAsSarif_thenTheyAreUrisAndNoSchemesAreMadeUp() {
    assertThat(SarifReport.uri("dump-2026-01-31T12:00:00.txt"))
        .isEqualTo("./dump-2026-01-31T12:00:00.txt");
    assertThat(SarifReport.uri("a/b c%20#?.txt")).isEqualTo("a/b%20c%2520%23%3F.txt");
    assertThat(SarifReport.uri("a/12:00")).isEqualTo("a/12:00");
    assertThat(SarifReport.uri("javascript:alert(1)")).startsWith("./");
    assertThat(SarifReport.uri("/tmp/a.txt")).isEqualTo("file:///tmp/a.txt");
    assertThat(SarifReport.uri("C:\\dumps\\a.txt")).isEqualTo("file:///C:/dumps/a.txt");
    assertThat(SarifReport.uri("../a\u009b.txt")).isEqualTo("../a%C2%9B.txt");
  }

  @Test
  void givenAReport_whenToldAsJUnit_thenIsXmlThatCountsRightly() throws Exception {
    String xml = new JUnitReport(ZoneOffset.UTC, Severity.ADVICE).render(report);

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(UTF_8)));
    Element suites = document.getDocumentElement();
    assertThat(suites.getAttribute("tests")).isEqualTo("3");
    assertThat(suites.getAttribute("failures")).isEqualTo("1");
    assertThat(suites.getAttribute("errors")).isEqualTo("1");
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(1);
    assertThat(document.getElementsByTagName("error").getLength()).isEqualTo(1);
    assertThat(xml).isEqualTo(expected("report.xml"));
  }
}
