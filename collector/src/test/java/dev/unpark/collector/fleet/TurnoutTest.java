package dev.unpark.collector.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnoutTest {
  private static final long TOO_LONG = TimeUnit.SECONDS.toNanos(2);

  private final Turnout turnout = new Turnout();

  @Test
  void givenQueuesInWhichNothingStands_whenAsked_thenAllMayBeLookedAt() {
    assertThat(turnout.next(0, 2_000, 2_000)).isEqualTo(Turnout.ALL);
    assertThat(turnout.next(TOO_LONG / 10, 2_000, 2_000)).isEqualTo(Turnout.ALL);
  }

  @Test
  void givenTasksThatStandForSomeSeconds_whenAsked_thenAllMayBeLookedAt() {
    assertThat(standing(4, 2_000)).isEqualTo(Turnout.ALL);
    assertThat(turnout.next(TOO_LONG / 2, 2_000, 2_000)).isEqualTo(Turnout.ALL);
    assertThat(standing(4, 2_000)).isEqualTo(Turnout.ALL);
  }

  @Test
  void givenTasksThatStandOnAndOn_whenAsked_thenFewerStepByStep() {
    assertThat(standing(5, 1_000)).isEqualTo(850);
    assertThat(standing(4, 850)).isEqualTo(850);
    assertThat(standing(1, 850)).isEqualTo(722);
  }

  @Test
  void givenAnOverloadThatIsOver_whenAsked_thenSoonAllAreThereAgain() {
    standing(5, 1_000);

    assertThat(turnout.next(0, 850, 1_000)).isEqualTo(935);
    assertThat(turnout.next(0, 935, 1_000)).isEqualTo(1_029);
    assertThat(turnout.next(0, 1_000, 1_000)).isEqualTo(Turnout.ALL);
  }

  @Test
  void givenAnOverloadWithoutEnd_whenAsked_thenSomeAreLookedAtAllTheSame() {
    assertThat(standing(500, 30)).isEqualTo(20);
  }

  private long standing(int turns, long seen) {
    long most = Turnout.ALL;
    for (int i = 0; i < turns; i++) {
      most = turnout.next(TOO_LONG, seen, 6_000);
    }
    return most;
  }
}
