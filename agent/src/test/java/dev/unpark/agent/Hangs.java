package dev.unpark.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads what a program said of its hangs, and what the agent found of them. */
final class Hangs {
  private Hangs() {}

  /**
   * How long each shape took to be found as it should.
   *
   * @param verdicts certainty and type by shape, whose threads bear its name and a number
   * @param threads how many threads a shape has
   */
  static Map<String, Duration> found(
      HostJvm jvm, Map<String, String> verdicts, Map<String, Integer> threads) {
    Map<String, Duration> found = new TreeMap<>();
    for (JsonNode finding : jvm.findings()) {
      verdicts.forEach(
          (shape, verdict) -> {
            Set<String> names = new TreeSet<>();
            for (int i = 1; i <= threads.getOrDefault(shape, 2); i++) {
              names.add(shape + "-" + i);
            }
            String its = finding.get("certainty").asText() + " " + finding.get("type").asText();
            Instant hung = at(jvm, "hung " + shape + " ");
            if (members(finding).equals(names) && its.equals(verdict) && hung != null) {
              Instant seen = Instant.parse(finding.get("observedAt").asText());
              found.putIfAbsent(shape, Duration.between(hung, seen));
            }
          });
    }
    return found;
  }

  /** When a line with that beginning says that it was. */
  static @Nullable Instant at(HostJvm jvm, String prefix) {
    return jvm.stdout()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> Instant.ofEpochMilli(Long.parseLong(line.substring(prefix.length()))))
        .findFirst()
        .orElse(null);
  }

  /** The names of a finding's members. */
  static Set<String> members(JsonNode finding) {
    Set<String> names = new TreeSet<>();
    for (JsonNode participant : List.copyOf(finding.get("participants").findParents("role"))) {
      if (participant.get("role").asText().equals("member")) {
        names.add(participant.get("thread").get("name").asText());
      }
    }
    return names;
  }
}
