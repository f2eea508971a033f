package dev.unpark.collector.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SparinglyTest {
  private Instant now = Instant.parse("2026-01-31T12:00:00Z");
  private final Sparingly<String> lines =
      new Sparingly<>(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  @Test
  void givenAFlood_whenItGoesOnForADay_thenAFewLinesTellOfAll() {
    int written = 0;
    long told = 0;
    for (int second = 0; second < 86_400; second++) {
      long turn = lines.turn("quota");
      if (turn >= 0) {
        written++;
        told += turn + 1;
      }
      now = now.plusSeconds(1);
    }

    assertThat(written).isBetween(25, 40);
    assertThat(told).isGreaterThan(80_000);
  }

  @Test
  void givenAKindThatWasQuietForLong_whenItComesAgain_thenItIsWrittenAtOnceAndSoonAgain() {
    assertThat(lines.turn("quota")).isZero();
    assertThat(lines.turn("quota")).isEqualTo(-1);
    assertThat(lines.turn("malformed")).isZero();

    now = now.plus(Duration.ofHours(5));
    assertThat(lines.turn("quota")).isEqualTo(1);
    now = now.plusSeconds(10);
    assertThat(lines.turn("quota")).isZero();
  }
}
