package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Evidence;
import java.util.ArrayList;
import java.util.List;

/** Where a dump says so: {@code app.dump:12-31 transfer-1, 33-50 transfer-2}. */
final class Places {
  private Places() {}

  /**
   * @param most how many are named, the rest is counted
   * @return empty when the finding comes from no dump
   */
  static String of(Finding finding, int most) {
    List<String> places = new ArrayList<>();
    String source = "";
    int left = 0;
    for (Participant participant : finding.participants()) {
      Evidence evidence = participant.thread().evidence();
      if (evidence == null) {
        continue;
      }
      if (places.size() == most) {
        left++;
        continue;
      }
      String file = evidence.source().isEmpty() ? "standard input" : evidence.source();
      places.add(
          (file.equals(source) ? "" : file + ":")
              + evidence.from()
              + "-"
              + evidence.to()
              + " "
              + participant.thread().name());
      source = file;
    }
    return String.join(", ", places) + (left == 0 ? "" : " and " + left + " more");
  }
}
