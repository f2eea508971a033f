package dev.unpark.diagnosis.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WaitForGraphTest {

  private static List<Knot> knots(Scene scene) {
    return new WaitForGraph(scene.at(0)).knots();
  }

  private static Knot knot(Set<Long> members, Set<String> resources, Set<Long> victims) {
    return new Knot(
        new TreeSet<>(members), new TreeSet<>(resources), new TreeSet<>(), new TreeSet<>(victims));
  }

  @Test
  void givenAWaitForWhoIsOnlyBelievedToEndIt_whenReduced_thenItIsStuckInTheBelievingGraphAlone() {
    Observation observation =
        new Scene()
            .lock("cash", 1)
            .condition("refilled", 2)
            .waits(1, "taker", "refilled")
            .waits(2, "filler", "cash")
            .at(0);
    ObservationIndex index = new ObservationIndex(observation);

    assertThat(new WaitForGraph(observation, index).knots()).isEmpty();
    assertThat(WaitForGraph.believing(observation, index).knots())
        .extracting(Knot::members)
        .containsExactly(new TreeSet<>(Set.of(1L, 2L)));
  }

  @Test
  void givenABelievedHolderThatRuns_whenReducedBelieving_thenNothingIsStuck() {
    Observation observation =
        new Scene()
            .condition("refilled", 2, 3)
            .waits(1, "taker", "refilled")
            .waits(2, "filler", "refilled")
            .runs(3, "other filler")
            .at(0);

    assertThat(WaitForGraph.believing(observation, new ObservationIndex(observation)).knots())
        .isEmpty();
  }

  @Test
  void givenTwoThreadsThatHoldEachOthersLock_whenReduced_thenTheyAreTheKnot() {
    Scene scene = new Scene().waits(1, "a", "X").waits(2, "b", "Y").lock("X", 2).lock("Y", 1);

    assertThat(knots(scene)).containsExactly(knot(Set.of(1L, 2L), Set.of("X", "Y"), Set.of()));
  }

  @Test
  void givenThreadsQueuedBehindARing_whenReduced_thenTheyAreVictimsNotMembers() {
    Scene scene =
        new Scene()
            .waits(1, "a", "X")
            .waits(2, "b", "Y")
            .waits(3, "c", "X")
            .waits(4, "d", "Z")
            .lock("X", 2)
            .lock("Y", 1)
            .lock("Z", 3);

    assertThat(knots(scene))
        .containsExactly(knot(Set.of(1L, 2L), Set.of("X", "Y"), Set.of(3L, 4L)));
  }

  @Test
  void givenAChainWhoseLastOwnerRuns_whenReduced_thenNobodyIsStuck() {
    Scene scene =
        new Scene().waits(1, "a", "X").waits(2, "b", "Y").runs(3, "c").lock("X", 2).lock("Y", 3);

    assertThat(knots(scene)).isEmpty();
  }

  @Test
  void givenARingWithOneTimedWait_whenReduced_thenItCanEndByItself() {
    Scene scene =
        new Scene()
            .waits(1, "a", "X")
            .waits(2, "b", "Y", "1", true, "shop.Bank.move(Bank.java:31)")
            .lock("X", 2)
            .lock("Y", 1);

    assertThat(knots(scene)).isEmpty();
  }

  @Test
  void givenAWriterThatWaitsForReaders_whenOneReaderIsStuckBehindIt_thenAllReadersMustGoOn() {
    Scene scene =
        new Scene()
            .waits(1, "writer", "RW")
            .waits(2, "reader", "L")
            .runs(3, "other reader")
            .readWriteLock("RW", 2, 3)
            .lock("L", 1);

    assertThat(knots(scene)).containsExactly(knot(Set.of(1L, 2L), Set.of("L", "RW"), Set.of()));
  }

  @Test
  void givenAReaderThatWantsToWrite_whenReduced_thenItWaitsForItself() {
    Scene scene = new Scene().waits(1, "upgrader", "RW").readWriteLock("RW", 1);

    assertThat(knots(scene)).containsExactly(knot(Set.of(1L), Set.of("RW"), Set.of()));
  }

  @Test
  void givenAThreadThatSeemsToWaitForItsOwnMonitor_whenReduced_thenTheLookWasTorn() {
    Scene scene = new Scene().waits(1, "a", "M").monitor("M", "shop.Account", 1);

    assertThat(knots(scene)).isEmpty();
  }

  @Test
  void givenPermitHolders_whenOneOfThemRuns_thenThatOneIsEnough() {
    Scene oneRuns =
        new Scene().waits(1, "a", "S").waits(2, "b", "S").runs(3, "c").semaphore("S", 2, 3);
    Scene allWait = new Scene().waits(1, "a", "S").waits(2, "b", "S").semaphore("S", 1, 2);

    assertThat(knots(oneRuns)).isEmpty();
    assertThat(knots(allWait)).containsExactly(knot(Set.of(1L, 2L), Set.of("S"), Set.of()));
  }

  @Test
  void givenAPermitHolderThatWasNotSeen_whenReduced_thenItMightGiveThePermitBack() {
    Scene scene = new Scene().waits(1, "a", "S").semaphore("S", 1, 99);

    assertThat(knots(scene)).isEmpty();
  }

  @Test
  void givenAnUnknownHolder_whenReduced_thenNotKnowingCountsAsGoingOn() {
    Scene scene =
        new Scene()
            .waits(1, "a", "latch")
            .unknown("latch", ResourceKind.LATCH)
            .waits(2, "b", "nowhere")
            .waits(3, "c", "orphan")
            .lock("orphan", 77);

    assertThat(knots(scene)).isEmpty();
  }

  @Test
  void givenAPoolAllOfWhoseWorkersWaitForItsQueue_whenReduced_thenThePoolIsInTheKnot() {
    Scene scene =
        new Scene()
            .waits(1, "p-1", "f1")
            .waits(2, "p-2", "f2")
            .waits(3, "http-1", "f3")
            .queuedFuture("f1", "P")
            .queuedFuture("f2", "P")
            .queuedFuture("f3", "P")
            .pool("P", "p-#", 3, 10, 1, 2);

    Knot knot = knots(scene).get(0);
    assertThat(knot.members()).containsExactly(1L, 2L);
    assertThat(knot.executors()).containsExactly("P");
    assertThat(knot.victims()).containsExactly(3L);
  }

  @Test
  void givenAPoolWithOneFreeWorker_orRoomToGrow_whenReduced_thenNobodyIsStuck() {
    Scene oneRuns =
        new Scene()
            .waits(1, "p-1", "f")
            .runs(2, "p-2")
            .queuedFuture("f", "P")
            .pool("P", "p-#", 1, 0, 1, 2);
    Scene grows =
        new Scene().waits(1, "p-1", "f").queuedFuture("f", "P").pool("P", "p-#", true, 1, 0, 0, 1);
    Scene unseenWorker =
        new Scene().waits(1, "p-1", "f").queuedFuture("f", "P").pool("P", "p-#", 1, 0, 1, 88);

    assertThat(knots(oneRuns)).isEmpty();
    assertThat(knots(grows)).isEmpty();
    assertThat(knots(unseenWorker)).isEmpty();
  }

  @Test
  void givenTwoPoolsThatWaitForEachOther_whenReduced_thenBothAreInOneKnot() {
    Scene scene =
        new Scene()
            .waits(1, "a-1", "inB")
            .waits(2, "b-1", "inA")
            .queuedFuture("inB", "B")
            .queuedFuture("inA", "A")
            .pool("A", "a-#", 1, 0, 1)
            .pool("B", "b-#", 1, 0, 2);

    assertThat(knots(scene)).hasSize(1);
    assertThat(knots(scene).get(0).executors()).containsExactly("A", "B");
  }

  @Test
  void givenAPoolStuckBehindADeadlock_whenReduced_thenTheDeadlockIsTheCause() {
    Scene scene =
        new Scene()
            .waits(1, "a", "X")
            .waits(2, "b", "Y")
            .waits(3, "p-1", "X")
            .waits(4, "main", "f")
            .lock("X", 2)
            .lock("Y", 1)
            .queuedFuture("f", "P")
            .pool("P", "p-#", 1, 0, 3);

    assertThat(knots(scene))
        .containsExactly(knot(Set.of(1L, 2L), Set.of("X", "Y"), Set.of(3L, 4L)));
  }

  @Test
  void givenAHundredThousandThreadsInOneRing_whenReduced_thenTheStackHolds() {
    Scene scene = new Scene();
    int size = 100_000;
    for (int i = 0; i < size; i++) {
      scene.waits(i, "v", "L" + i).lock("L" + i, (i + 1) % size);
    }

    assertThat(knots(scene).get(0).members()).hasSize(size);
  }

  /** The reduction is checked against the plainest possible one on thousands of random graphs. */
  @Test
  void givenRandomGraphs_whenReduced_thenTheSameThreadsAreStuckAsByNaiveIteration() {
    Random random = new Random(20260131);
    for (int round = 0; round < 5_000; round++) {
      int threads = 1 + random.nextInt(7);
      Scene scene = new Scene();
      boolean[] waits = new boolean[threads];
      int[] target = new int[threads];
      int resources = 1 + random.nextInt(5);
      boolean[] any = new boolean[resources];
      List<Set<Long>> holders = new java.util.ArrayList<>();
      for (int r = 0; r < resources; r++) {
        any[r] = random.nextBoolean();
        Set<Long> set = new TreeSet<>();
        int count = any[r] ? 1 + random.nextInt(threads) : random.nextInt(3);
        for (int i = 0; i < count; i++) {
          set.add((long) random.nextInt(threads));
        }
        holders.add(set);
        long[] ids = set.stream().mapToLong(Long::longValue).toArray();
        if (any[r]) {
          scene.semaphore("R" + r, ids);
        } else {
          scene.readWriteLock("R" + r, ids);
        }
      }
      for (int t = 0; t < threads; t++) {
        waits[t] = random.nextInt(5) > 0;
        target[t] = random.nextInt(resources);
        if (waits[t]) {
          scene.waits(t, "t" + t, "R" + target[t]);
        } else {
          scene.runs(t, "t" + t);
        }
      }
      Set<Long> free = new HashSet<>();
      for (boolean changed = true; changed; ) {
        changed = false;
        for (int t = 0; t < threads; t++) {
          Set<Long> needed = holders.get(target[t]);
          boolean goes =
              !waits[t]
                  || (any[target[t]]
                      ? needed.stream().anyMatch(free::contains)
                      : free.containsAll(needed));
          changed |= goes && free.add((long) t);
        }
      }
      Observation observation = scene.at(0);
      WaitForGraph graph = new WaitForGraph(observation);
      Set<Long> explained = new HashSet<>();
      graph.knots().forEach(knot -> explained.addAll(knot.members()));
      graph.knots().forEach(knot -> explained.addAll(knot.victims()));
      for (long t = 0; t < threads; t++) {
        assertThat(graph.isStuck(t))
            .as("round %d thread %d", round, t)
            .isEqualTo(!free.contains(t));
        assertThat(explained.contains(t)).isEqualTo(graph.isStuck(t));
      }
    }
  }

  @Test
  void givenAPoolOfWhichNotEveryBusyWorkerIsNamed_whenReduced_thenOneThatIsMissingMayServe() {
    Observation named =
        new Scene().waits(1, "p-1", "f").queuedFuture("f", "P").pool("P", "p-#", 1, 0, 1).at(0);
    ExecutorState pool = named.executors().get(0);
    ExecutorState twoAreBusy =
        new ExecutorState(
            pool.id(),
            pool.name(),
            pool.type(),
            pool.site(),
            pool.workers(),
            false,
            2,
            2,
            2,
            pool.queued(),
            pool.queueCapacity(),
            0,
            0,
            null);
    Observation oneIsMissing =
        new Observation(
            named.jvm(),
            named.time(),
            named.threads(),
            named.resources(),
            List.of(twoAreBusy),
            List.of(),
            List.of());

    assertThat(new WaitForGraph(named).isStuck(1)).isTrue();
    assertThat(new WaitForGraph(oneIsMissing).isStuck(1)).isFalse();
  }

  @Test
  void givenALockWhoseOwnerHasEnded_whenReduced_thenItsWaitersAreStuckInNoKnot() {
    Scene scene =
        new Scene()
            .waits(1, "a", "X")
            .waits(2, "b", "Y")
            .stands(9, "gone", ThreadState.TERMINATED)
            .lock("X", 9)
            .lock("Y", 1);
    WaitForGraph graph = new WaitForGraph(scene.at(0));

    assertThat(graph.knots()).isEmpty();
    assertThat(graph.isStuck(1)).isTrue();
    assertThat(graph.isStuck(2)).isTrue();
  }
}
