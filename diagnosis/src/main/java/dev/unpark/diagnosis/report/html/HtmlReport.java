package dev.unpark.diagnosis.report.html;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Report;
import dev.unpark.diagnosis.report.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The report as one page that can be mailed, archived and opened anywhere: what was found first,
 * with the wait-for graph as a picture, then stacks by how many threads share them, pools, and
 * every thread with a search.
 */
public final class HtmlReport {
  private final FindingSection findings;

  /**
   * @param zone of clock times
   */
  public HtmlReport(ZoneId zone) {
    this.findings = new FindingSection(zone);
  }

  /** The whole page. */
  public String render(Report report) {
    String style = style();
    String script = script();
    Html page = new Html();
    page.ours("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    page.ours("<meta charset=\"utf-8\">");
    page.open(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src %s; script-src %s"
            .formatted(styleSource(), scriptSource()));
    page.ours("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.ours("<meta name=\"color-scheme\" content=\"light dark\">");
    page.element("title", title(report));
    page.ours("<style>" + style + "</style>").close("head").open("body");
    page.ours("<header>").element("h1", "Why the threads wait");
    overview(page, report);
    page.close("header").open("main");
    for (int i = 0; i < report.subjects().size(); i++) {
      subject(page, report.subjects().get(i), "j" + (i + 1));
    }
    complaints(page, report);
    page.close("main").open("footer");
    page.element("p", "Unpark " + report.version() + ". Runbooks stand in docs/runbooks.");
    page.close("footer").ours("<script>" + script + "</script>").close("body").close("html");
    return page + "\n";
  }

  /** The rules by which a {@link WaitPicture} is drawn, on top of the colours of {@code :root}. */
  public static String graphStyle() {
    return resource("graph.css");
  }

  /** What a page must allow as {@code style-src} to show a report inside of it. */
  public static String styleSource() {
    return "'sha256-" + hash(style()) + "'";
  }

  /** What a page must allow as {@code script-src} to show a report inside of it. */
  public static String scriptSource() {
    return "'sha256-" + hash(script()) + "'";
  }

  private static String style() {
    return resource("page.css") + graphStyle();
  }

  private static String script() {
    return resource("page.js");
  }

  private static String title(Report report) {
    int found = report.subjects().stream().mapToInt(s -> s.findings().size()).sum();
    String what = found == 0 ? "nothing found" : found == 1 ? "1 finding" : found + " findings";
    return report.subjects().isEmpty()
        ? "Unpark"
        : "Unpark: " + what + ", " + report.subjects().get(0).name();
  }

  /** What there is on a page that is longer than a screen. */
  private static void overview(Html page, Report report) {
    int complaints = report.complaints().size();
    if (report.subjects().size() + (complaints == 0 ? 0 : 1) < 2) {
      return;
    }
    page.open("ul", "class", "overview");
    for (int i = 0; i < report.subjects().size(); i++) {
      Subject subject = report.subjects().get(i);
      page.open("li").element("a", subject.name(), "href", "#j" + (i + 1));
      page.text(": " + counted(subject.findings())).close("li");
    }
    if (complaints > 0) {
      page.open("li", "class", "unreadable");
      page.element(
          "a",
          complaints == 1
              ? "1 input could not be read, or not to its end"
              : complaints + " inputs could not be read, or not to their end",
          "href",
          "#unreadable");
      page.close("li");
    }
    page.close("ul");
  }

  /** {@code nothing found}, {@code 1 critical, 2 warning}. */
  private static String counted(List<Finding> findings) {
    Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
    findings.forEach(finding -> counts.merge(finding.severity(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((severity, count) -> parts.add(count + " " + severity.label()));
    return parts.isEmpty() ? "nothing found" : String.join(", ", parts);
  }

  private void subject(Html page, Subject subject, String id) {
    page.open("section", "id", id, "class", "jvm");
    page.element("h2", subject.heading());
    summary(page, subject, id);
    for (int i = 0; i < subject.findings().size(); i++) {
      findings.append(page, subject.findings().get(i), findingId(id, i));
    }
    accepted(page, subject);
    unread(page, subject);
    new ThreadSections(subject.last(), id).append(page);
    page.close("section");
  }

  private static String findingId(String id, int i) {
    return id + "-f" + (i + 1);
  }

  private static void summary(Html page, Subject subject, String id) {
    if (subject.findings().isEmpty()) {
      page.element("p", "Nothing found.", "class", "calm");
      if (!subject.limits().isEmpty()) {
        page.open("ul", "class", "limits");
        subject.limits().forEach(limit -> page.element("li", "not seen: " + limit));
        page.close("ul");
      }
      return;
    }
    page.open("ol", "class", "summary");
    for (int i = 0; i < subject.findings().size(); i++) {
      Finding finding = subject.findings().get(i);
      page.open("li");
      FindingSection.badge(page, finding);
      page.ours(" ").element("a", finding.headline(), "href", "#" + findingId(id, i));
      page.close("li");
    }
    page.close("ol");
  }

  private static void accepted(Html page, Subject subject) {
    if (subject.accepted().isEmpty()) {
      return;
    }
    page.open("details")
        .element("summary", subject.accepted().size() + " accepted by the baseline");
    page.open("ul");
    subject.accepted().forEach(f -> page.element("li", f.id() + " " + f.headline()));
    page.close("ul").close("details");
  }

  private static void unread(Html page, Subject subject) {
    if (subject.unreadCount() == 0) {
      return;
    }
    page.open("details");
    page.element(
        "summary",
        String.format(
            Locale.ROOT,
            "%d %s inside the dumps could not be read",
            subject.unreadCount(),
            subject.unreadCount() == 1 ? "line" : "lines"));
    page.open("ul");
    subject.unread().forEach(line -> page.element("li", line));
    page.close("ul").close("details");
  }

  private static void complaints(Html page, Report report) {
    if (report.complaints().isEmpty()) {
      return;
    }
    page.open("section", "id", "unreadable").element("h2", "What could not be read");
    for (Complaint complaint : report.complaints()) {
      page.open("dl", "class", "complaint").element("dt", complaint.headline());
      page.element("dd", "found: " + complaint.found());
      page.element("dd", "expected: " + complaint.expected());
      page.element("dd", "try: " + complaint.next()).close("dl");
    }
    page.close("section");
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
