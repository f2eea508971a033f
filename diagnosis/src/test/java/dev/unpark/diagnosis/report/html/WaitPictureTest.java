package dev.unpark.diagnosis.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitPictureTest {
  private static final Resource LOCK =
      resource("lock", ResourceKind.REENTRANT_LOCK, "ReentrantLock", Release.owner(1));
  private static final Resource WORK =
      resource("queue", ResourceKind.QUEUE, "LinkedBlockingQueue", new Release.Unknown());
  private static final Resource TASK =
      resource("task", ResourceKind.FUTURE, "FutureTask", new Release.ServedBy("pool"));

  @Test
  void givenALookWithAWaiterAndItsOwner_whenDrawn_thenBothAndTheLockAreThere() {
    String picture = WaitPicture.of(look(List.of(runs(1, "owner"), waits(2, "waiter", LOCK))));

    assertThat(picture)
        .contains(">owner<", ">waiter<", ">ReentrantLock<")
        .contains("class=\"node thread holder\" data-threads=\"1\"")
        .contains("class=\"node thread waiter\" data-threads=\"2\"");
  }

  @Test
  void givenThreadsThatWaitForWork_whenDrawn_thenThereIsNoPicture() {
    assertThat(WaitPicture.of(look(List.of(runs(1, "owner"), waits(2, "idle", WORK))))).isEmpty();
  }

  @Test
  void givenAKnotBehindAPool_whenDrawn_thenItsMembersComeFirstAndThePoolStandsBetween() {
    String picture =
        WaitPicture.of(look(List.of(waits(1, "worker-1", TASK), waits(2, "caller", TASK))));

    assertThat(picture).contains("node thread member", "node thread victim", "3 queued");
    assertThat(picture.indexOf("node thread member"))
        .isLessThan(picture.indexOf("node thread victim"));
  }

  @Test
  void givenNamesOfMarkup_whenDrawn_thenTheyAreText() {
    String name = "\"><script>alert(1)</script>";
    assertThat(WaitPicture.of(look(List.of(runs(1, name), waits(2, name, LOCK)))))
        .doesNotContain("<script")
        .contains("&lt;script&gt;");
  }

  private static Observation look(List<ObservedThread> threads) {
    return new Observation(
        new JvmIdentity("shop", "1", 1, "25"),
        Instant.EPOCH,
        threads,
        List.of(LOCK, WORK, TASK),
        List.of(
            new ExecutorState(
                "pool",
                "worker-#",
                "ThreadPoolExecutor",
                "",
                List.of(1L),
                false,
                1,
                1,
                1,
                3,
                9,
                0,
                0,
                null)),
        List.of(),
        List.of());
  }

  private static ObservedThread runs(long id, String name) {
    return ObservedThread.live(id, name, false, ThreadState.RUNNABLE, null, List.of());
  }

  private static ObservedThread waits(long id, String name, Resource resource) {
    Wait wait = new Wait(resource.id(), false, "1", null);
    return ObservedThread.live(id, name, false, ThreadState.WAITING, wait, List.of());
  }

  private static Resource resource(String id, ResourceKind kind, String name, Release release) {
    return new Resource(id, kind, name, "", release);
  }
}
