package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ExecutorState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankedQueuesTest {
  private static final PoolHistory.Name ORDERS =
      new PoolHistory.Name("orders-#", "java.util.concurrent.ThreadPoolExecutor");

  private final RankedQueues queues = new RankedQueues();

  /** A task that says how urgent it is, and counts who asks. */
  private record Task(int rank, int[] asked) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      asked[0]++;
      return Integer.compare(rank, other.rank);
    }
  }

  @Test
  void givenATaskThatOthersPass_whenLooked_thenItIsTheOldestAndTheNextIsYoung() {
    int[] asked = new int[1];
    BlockingQueue<Object> queue = new PriorityBlockingQueue<>();
    queue.add(new Task(9, asked));
    look(0, queue);
    queue.add(new Task(1, asked));
    look(10, queue);
    queue.remove();
    queue.add(new Task(2, asked));
    int before = asked[0];
    look(25, queue);

    assertThat(queues.ages())
        .isEqualTo(Map.of(ORDERS, new RankedQueues.Ages(Duration.ZERO, Duration.ofSeconds(25))));
    assertThat(asked[0]).as("nobody asks the application's comparator").isEqualTo(before);
  }

  @Test
  void givenTwoExecutorsOfOneName_whenLooked_thenTheLongerWaitsCount() {
    BlockingQueue<Object> first = new PriorityBlockingQueue<>(List.of(1));
    BlockingQueue<Object> second = new PriorityBlockingQueue<>(List.of(2));
    queues.look(List.of(pool("a", first)), Instant.EPOCH);
    queues.look(List.of(pool("b", second), pool("a", first)), Instant.EPOCH.plusSeconds(3));

    Duration three = Duration.ofSeconds(3);
    assertThat(queues.ages()).isEqualTo(Map.of(ORDERS, new RankedQueues.Ages(three, three)));
  }

  @Test
  void givenAQueueOfMany_whenLooked_thenTheFirstThousandPlacesAreEnough() {
    BlockingQueue<Object> queue =
        new PriorityBlockingQueue<>(IntStream.range(0, 5_000).boxed().toList());
    look(0, queue);
    look(1, queue);

    Duration second = Duration.ofSeconds(1);
    assertThat(queues.ages()).isEqualTo(Map.of(ORDERS, new RankedQueues.Ages(second, second)));
  }

  @Test
  void givenAQueueInOrderOfArrival_whenLooked_thenThereIsNothingToTell() {
    look(0, new LinkedBlockingQueue<>(List.of(1)));

    assertThat(queues.ages()).isEmpty();
  }

  @Test
  void givenAQueueThatHasBeenEmptied_whenLooked_thenThereIsNothingToTell() {
    BlockingQueue<Object> queue = new PriorityBlockingQueue<>(List.of(1));
    look(0, queue);
    queue.clear();
    look(1, queue);

    assertThat(queues.ages()).isEmpty();
  }

  private void look(int second, BlockingQueue<Object> queue) {
    queues.look(List.of(pool("pool-1", queue)), Instant.EPOCH.plusSeconds(second));
  }

  private static Pool pool(String id, BlockingQueue<Object> queue) {
    ExecutorState state =
        new ExecutorState(
            id,
            "orders-#",
            "java.util.concurrent.ThreadPoolExecutor",
            "",
            List.of(1L),
            false,
            1,
            1,
            1,
            queue.size(),
            ExecutorState.UNBOUNDED,
            0,
            0,
            null);
    return new Pool(new Object(), queue, () -> List.of(queue.toArray()), state, List.of());
  }
}
