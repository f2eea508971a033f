package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped routing in a real Alertmanager: what silences what. What arrives of programs that
 * really fail is {@link FailureModesLiveTest}'s.
 */
@Tag("live")
class AlertmanagerLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SETTLED = Duration.ofSeconds(3);

  @Test
  void givenADeadlock_whenItsPoolIsReportedToo_thenOnlyTheDeadlockArrives(@TempDir Path scratch)
      throws Exception {
    try (Pager pager = new Pager(scratch)) {
      await().atMost(PATIENCE).until(pager::isReady);
      pager.raise("UnparkPoolExhausted", "checkout-7", "page");
      pager.raise("UnparkPoolExhausted", "checkout-8", "page");
      pager.raise("UnparkDeadlock", "checkout-7", "page");

      await().atMost(PATIENCE).until(() -> pager.lines().size() >= 2);
      await()
          .during(SETTLED)
          .atMost(SETTLED.multipliedBy(3))
          .until(() -> pager.lines().size() == 2);
      assertThat(pager.lines())
          .containsExactlyInAnyOrder("UnparkDeadlock checkout-7", "UnparkPoolExhausted checkout-8");
      assertThat(pager.isAlive()).isTrue();
    }
  }
}
