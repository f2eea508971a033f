package dev.unpark.agent.core;

import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
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

  FindingSink(Options options, Log log) {
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
        file.add(finding);
      }
      if (text != null) {
        text.add(finding);
      }
    }
    if (file != null) {
      file.retry();
    }
  }
}
