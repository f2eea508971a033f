package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The report as JUnit's XML, which every build server shows: a suite for each JVM, a case for each
 * type of trouble, failed when there is a finding that counts. An input that cannot be read is an
 * error.
 */
public final class JUnitReport {
  private final FindingText text;
  private final Severity failOn;

  /**
   * @param zone of clock times
   * @param failOn the least grave finding that fails a case; others are told in its output
   */
  public JUnitReport(ZoneId zone, Severity failOn) {
    this.text = new FindingText(zone, false);
    this.failOn = failOn;
  }

  public String render(Report report) {
    StringBuilder suites = new StringBuilder();
    Counts total = new Counts();
    for (Subject subject : report.subjects()) {
      suite(subject, report.checks(), suites, total);
    }
    unreadable(report.complaints(), suites, total);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"unpark\""
        + total.attributes()
        + ">\n"
        + suites
        + "</testsuites>\n";
  }

  private void suite(Subject subject, List<String> checks, StringBuilder out, Counts total) {
    Set<String> types = new LinkedHashSet<>(checks);
    subject.findings().forEach(finding -> types.add(finding.type()));
    StringBuilder cases = new StringBuilder();
    Counts counts = new Counts();
    for (String type : types) {
      List<Finding> found =
          subject.findings().stream().filter(finding -> finding.type().equals(type)).toList();
      testCase(subject.name(), type, found, cases, counts);
    }
    total.add(counts);
    out.append("  <testsuite name=\"")
        .append(xml(subject.heading()))
        .append('"')
        .append(counts.attributes())
        .append(" skipped=\"0\">\n")
        .append(cases)
        .append("  </testsuite>\n");
  }

  private void testCase(
      String name, String type, List<Finding> found, StringBuilder out, Counts counts) {
    counts.tests++;
    out.append("    <testcase classname=\"")
        .append(xml(name))
        .append("\" name=\"")
        .append(xml(type))
        .append("\"");
    if (found.isEmpty()) {
      out.append("/>\n");
      return;
    }
    out.append(">\n");
    List<Finding> counting =
        found.stream().filter(f -> f.severity().ordinal() <= failOn.ordinal()).toList();
    if (!counting.isEmpty()) {
      counts.failures++;
      out.append("      <failure type=\"")
          .append(xml(counting.get(0).severity().label()))
          .append("\" message=\"")
          .append(xml(counting.get(0).headline()))
          .append("\">");
      counting.forEach(finding -> out.append(xml(text.render(finding))).append('\n'));
      out.append("</failure>\n");
    }
    List<Finding> others = found.stream().filter(f -> !counting.contains(f)).toList();
    if (!others.isEmpty()) {
      out.append("      <system-out>");
      others.forEach(finding -> out.append(xml(text.render(finding))).append('\n'));
      out.append("</system-out>\n");
    }
    out.append("    </testcase>\n");
  }

  private static void unreadable(List<Complaint> complaints, StringBuilder out, Counts total) {
    if (complaints.isEmpty()) {
      return;
    }
    Counts counts = new Counts();
    StringBuilder cases = new StringBuilder();
    for (Complaint complaint : complaints) {
      counts.tests++;
      counts.errors++;
      cases
          .append("    <testcase classname=\"inputs\" name=\"")
          .append(xml(complaint.headline()))
          .append("\">\n      <error type=\"unreadable\" message=\"")
          .append(xml(complaint.headline()))
          .append("\">")
          .append(xml(complaint.render()))
          .append("</error>\n    </testcase>\n");
    }
    total.add(counts);
    out.append("  <testsuite name=\"inputs\"")
        .append(counts.attributes())
        .append(" skipped=\"0\">\n")
        .append(cases)
        .append("  </testsuite>\n");
  }

  /** How many cases there are, and how they ended. */
  private static final class Counts {
    private int tests;
    private int failures;
    private int errors;

    void add(Counts other) {
      tests += other.tests;
      failures += other.failures;
      errors += other.errors;
    }

    String attributes() {
      return " tests=\"%d\" failures=\"%d\" errors=\"%d\"".formatted(tests, failures, errors);
    }
  }

  /** Text for XML; characters that XML 1.0 cannot hold at all are shown escaped. */
  private static String xml(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\n' -> out.append('\n');
        default -> {
          boolean possible =
              c >= 0x20 && c <= 0xd7ff && c != 0x7f || c >= 0xe000 && c <= 0xfffd || c > 0xffff;
          if (possible) {
            out.appendCodePoint(c);
          } else {
            out.append("\\u%04x".formatted(c));
          }
        }
      }
    }
    return out.toString();
  }
}
