package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ExecutorState;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolHistoryTest {
  private static final long SECOND = 1_000_000_000L;
  private final PoolHistory history = new PoolHistory();

  @Test
  void givenAPool_whenItsBoundsMove_thenEachMoveCounts() {
    look(1, pool(4, 4, 0, 10));
    look(2, pool(8, 8, 0, 20));
    look(3, pool(8, 6, 0, 30));
    look(4, pool(8, 6, 0, 40));

    assertThat(history.past().values()).containsExactly(new PoolHistory.Past(1, 1, 0));
  }

  @Test
  void givenWorkInTheQueue_whenNothingIsCompleted_thenTheTimeCounts() {
    look(1, pool(4, 4, 5, 10));
    look(3, pool(4, 4, 9, 10));
    look(4, pool(4, 4, 9, 11));

    assertThat(history.past().values()).containsExactly(new PoolHistory.Past(0, 0, 2 * SECOND));
  }

  @Test
  void givenAPoolAtRest_whenLooked_thenThereIsNothingToTell() {
    look(1, pool(4, 4, 0, 10));
    look(2, pool(4, 4, 0, 10));

    assertThat(history.past()).isEmpty();
  }

  private void look(int second, ExecutorState state) {
    history.look(
        List.of(new Pool(new Object(), new Object(), List::of, state, List.of())), second * SECOND);
  }

  private static ExecutorState pool(int core, int limit, int queued, long completed) {
    return new ExecutorState(
        "pool-1",
        "worker-#",
        "java.util.concurrent.ThreadPoolExecutor",
        "",
        List.of(1L),
        false,
        core,
        limit,
        1,
        queued,
        ExecutorState.UNBOUNDED,
        completed,
        0,
        null);
  }
}
