package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.finding.Finding;
import java.util.List;

/**
 * A finding as it leaves its JVM: with as many threads as anybody reads.
 *
 * <p>Who hears of findings holds on to them: queues to those who are slow, incidents, what was
 * closed of late. A deadlock behind which ten thousand threads queue is many megabytes, and none of
 * these counts bytes. The JVM's own page has all of them.
 */
final class Concise {
  static final int THREADS = 200;
  private static final int OTHERS = 400;

  private Concise() {}

  static Finding of(Finding finding) {
    int threads = finding.participants().size();
    if (threads <= THREADS
        && finding.resources().size() <= OTHERS
        && finding.executors().size() <= OTHERS
        && finding.explanation().size() <= OTHERS) {
      return finding;
    }
    Finding cut =
        new Finding(
            finding.id(),
            finding.type(),
            finding.state(),
            finding.certainty(),
            finding.severity(),
            finding.headline(),
            finding.since(),
            finding.observedAt(),
            finding.jvm(),
            first(finding.participants(), THREADS),
            first(finding.resources(), OTHERS),
            first(finding.executors(), OTHERS),
            first(finding.explanation(), OTHERS),
            finding.nextSteps(),
            finding.limits());
    return threads <= THREADS
        ? cut
        : cut.withLimit(
            "%,d more threads take part: the graph of this JVM shows them"
                .formatted(threads - THREADS));
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(most, all.size()));
  }
}
