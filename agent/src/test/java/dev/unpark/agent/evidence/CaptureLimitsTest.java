package dev.unpark.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.finding.Finding;
import org.junit.jupiter.api.Test;

class CaptureLimitsTest {
  private final CaptureLimits limits = new CaptureLimits();
  private final long minute = CaptureLimits.BETWEEN.toNanos();

  @Test
  void givenFindingsInAFlood_whenAsked_thenOneAMinuteAndEachOnceAnHour() {
    Finding one = SomeFinding.opened("deadlock:1");
    Finding other = SomeFinding.opened("deadlock:2");

    assertThat(limits.allows(one, 0)).isTrue();
    assertThat(limits.allows(other, minute - 1)).isFalse();
    assertThat(limits.allows(one, minute)).isFalse();
    assertThat(limits.allows(other, minute)).isTrue();
    assertThat(limits.allows(one, CaptureLimits.SAME.toNanos())).isTrue();
  }

  @Test
  void givenAFindingThatIsOver_whenAsked_thenItIsNoConcern() {
    Finding opened = SomeFinding.opened("deadlock:1");

    assertThat(CaptureLimits.concerns(opened)).isTrue();
    assertThat(CaptureLimits.concerns(opened.in(Finding.State.CLOSED))).isFalse();
  }
}
