package dev.unpark.agent.evidence;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.Instant;
import java.util.List;

/** A finding with nothing in it but its id. */
final class SomeFinding {
  private SomeFinding() {}

  static Finding opened(String id) {
    return new Finding(
        id,
        id.substring(0, id.indexOf(':')),
        Finding.State.OPENED,
        Certainty.PROVEN,
        Severity.CRITICAL,
        "two threads wait for each other",
        Instant.EPOCH,
        Instant.EPOCH,
        new JvmIdentity("shop", "shop-1", 4711, "25"),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
