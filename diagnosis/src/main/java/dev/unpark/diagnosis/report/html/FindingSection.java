package dev.unpark.diagnosis.report.html;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.report.Pairs;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** One finding on the page: the argument, the picture, what to do, the stacks side by side. */
final class FindingSection {
  private static final int PAIRS_SHOWN = 30;

  private final DateTimeFormatter clock;

  FindingSection(ZoneId zone) {
    this.clock = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT).withZone(zone);
  }

  static void badge(Html page, Finding finding) {
    page.element(
        "span",
        finding.certainty().label() + " " + finding.type().replace('-', ' '),
        "class",
        "badge " + finding.severity().label());
  }

  void append(Html page, Finding finding, String id) {
    page.open("article", "id", id, "class", "finding " + finding.severity().label());
    page.open("h3");
    badge(page, finding);
    page.text(" " + finding.headline()).close("h3");
    page.element("p", when(finding), "class", "when");
    page.open("ol", "class", "chain");
    finding.explanation().forEach(reason -> page.element("li", reason));
    page.close("ol");
    WaitPicture.append(page, finding, id);
    page.open("dl", "class", "steps");
    for (NextStep step : finding.nextSteps()) {
      page.element("dt", step.kind().label()).element("dd", step.text());
    }
    for (String limit : finding.limits()) {
      page.element("dt", "not seen").element("dd", limit);
    }
    page.element("dt", "runbook").element("dd", finding.runbook());
    page.element("dt", "id").open("dd").element("code", finding.id()).close("dd");
    page.close("dl");
    stacks(page, finding);
    page.close("article");
  }

  private String when(Finding finding) {
    long seconds = Duration.between(finding.since(), finding.observedAt()).toSeconds();
    String at = clock.format(finding.since());
    return finding.severity().label()
        + (seconds < 1 ? ", seen at " + at : ", for " + seconds + " s, since " + at)
        + (finding.state() == Finding.State.CLOSED ? ", over" : "");
  }

  private static void stacks(Html page, Finding finding) {
    List<Pairs.Pair> pairs = Pairs.of(finding);
    if (pairs.isEmpty()) {
      return;
    }
    page.open("details", "open", "").element("summary", "Stacks");
    for (Pairs.Pair pair : pairs.subList(0, Math.min(PAIRS_SHOWN, pairs.size()))) {
      page.open("div", "class", "pair");
      Participant owner = pair.owner();
      stack(page, pair.waiter(), pair.alike());
      if (owner != null) {
        stack(page, owner, 0);
      }
      page.close("div");
    }
    if (pairs.size() > PAIRS_SHOWN) {
      page.element("p", (pairs.size() - PAIRS_SHOWN) + " more are in the list of threads below");
    }
    page.close("details");
  }

  private static void stack(Html page, Participant participant, int alike) {
    page.open("div", "class", "stack").open("h4");
    page.text(name(participant) + (alike == 0 ? "" : " and " + alike + " more like it")).ours(" ");
    page.element("small", participant.role().label() + place(participant)).close("h4");
    Stacks.frames(page, participant.thread().stack());
    page.close("div");
  }

  private static String name(Participant participant) {
    String name = participant.thread().name();
    return (name.isBlank() ? "thread" : name)
        + " #"
        + participant.thread().id()
        + (participant.thread().virtual() ? " virtual" : "");
  }

  private static String place(Participant participant) {
    Evidence evidence = participant.thread().evidence();
    return evidence == null
        ? ""
        : ", "
            + (evidence.source().isEmpty() ? "standard input" : evidence.source())
            + ":"
            + evidence.from()
            + "-"
            + evidence.to();
  }
}
