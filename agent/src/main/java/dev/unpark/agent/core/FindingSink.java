package dev.unpark.agent.core;

import dev.unpark.agent.evidence.Evidence;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where findings go: diagnosed here, then to the file and the log.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class FindingSink {
  private final Diagnostician diagnostician = new Diagnostician();
  private final @Nullable FindingFile file;
  private final @Nullable FindingLog text;
  private final @Nullable Evidence evidence;

  /**
   * @param evidence takes profiles, or null when none are wanted
   */
  FindingSink(Options options, Log log, @Nullable Evidence evidence) {
    this.evidence = evidence;
    String path = options.text(Option.FINDINGS_FILE);
    file = path.isEmpty() ? null : new FindingFile(path, log);
    text = options.text(Option.FINDINGS_LOG).equals("off") ? null : new FindingLog(log);
  }

  boolean hasFindings() {
    return !diagnostician.active().isEmpty();
  }

  void observe(Observation observation) {
    for (Finding finding : diagnostician.observe(observation)) {
      if (file != null) {
        file.add(finding, List.of());
      }
      if (text != null) {
        text.add(finding);
      }
      if (evidence != null) {
        evidence.ask(finding);
      }
    }
    if (evidence != null) {
      evidence.taken().forEach(this::tell);
    }
    if (file != null) {
      file.retry();
    }
  }

  private void tell(Evidence.Capture capture) {
    if (file != null) {
      file.add(asItStands(capture.finding()), capture.files());
    }
    if (text != null) {
      text.add(capture.files());
    }
  }

  /** A profile takes some seconds, in which the finding may have become proven, or be over. */
  private Finding asItStands(Finding captured) {
    return diagnostician.active().stream()
        .filter(active -> active.id().equals(captured.id()))
        .findFirst()
        .map(active -> active.in(Finding.State.UPDATED))
        .orElse(captured.in(Finding.State.CLOSED));
  }
}
