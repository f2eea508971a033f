package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskSamplesTest {
  private final Object executor = new Object();

  @AfterEach
  void leave() {
    TaskSamples.unseat();
    waits();
  }

  @Test
  void givenEveryTaskNoted_whenTheyComeOutInAnotherOrder_thenEachIsCountedOnce() {
    TaskSamples.seat(executor, 1, true);
    List<Object> tasks = queue(20);

    for (int i = 0; i < tasks.size(); i += 2) {
      TaskSamples.taken(executor, tasks.get(i + 1));
      TaskSamples.taken(executor, tasks.get(i));
    }

    assertThat(waits()).isEqualTo(20);
    TaskSamples.asked(executor);
    assertThat(TaskSamples.outstanding()).isZero();
  }

  @Test
  void givenOneOfMany_whenNoted_thenItStandsForAllOfThem() {
    TaskSamples.seat(executor, 10, true);
    int all = 20_000;

    for (int i = 0; i < all; i++) {
      Object task = new Object();
      TaskSamples.queued(executor, task);
      TaskSamples.taken(executor, task);
    }

    assertThat(waits()).isBetween(all * 9L / 10, all * 11L / 10);
  }

  @Test
  void givenAQueueThatOnlyGrows_whenTheRingFillsUp_thenTasksLaterOnStillCount() {
    TaskSamples.seat(executor, 1, true);
    int all = 100_000;
    List<Object> tasks = queue(all);

    tasks.forEach(task -> TaskSamples.taken(executor, task));

    assertThat(waits()).isBetween(all * 85L / 100, all * 115L / 100);
  }

  @Test
  void givenOneObjectManyTimesInTheQueue_whenSampled_thenNothingIsMeasured() {
    TaskSamples.seat(executor, 10, true);
    Object task = new Object();
    for (int i = 0; i < 1_000; i++) {
      TaskSamples.queued(executor, task);
    }

    for (int i = 0; i < 1_000; i++) {
      TaskSamples.taken(executor, task);
    }

    assertThat(TaskSamples.shared()).isTrue();
    assertThat(waits()).isZero();
  }

  @Test
  void givenATaskForANewThread_whenHanded_thenItWasNeverQueued() {
    TaskSamples.seat(executor, 1, true);
    Object task = new Object();
    TaskSamples.queued(executor, task);
    TaskSamples.handed(executor, task);

    assertThat(TaskSamples.outstanding()).isZero();
    assertThat(waits()).isZero();
  }

  @Test
  void givenAnother_whenItWorks_thenItIsNotSampled() {
    TaskSamples.seat(executor, 1, true);
    Object other = new Object();
    Object task = new Object();
    TaskSamples.queued(other, task);
    TaskSamples.taken(other, task);

    assertThat(waits()).isZero();
  }

  @Test
  void givenADuration_whenClassified_thenItsClassBeginsBelowItAndIsNarrow() {
    for (long nanos = 8; nanos > 0 && nanos < Long.MAX_VALUE / 3; nanos = nanos * 3 / 2) {
      int cell = TaskSamples.cell(nanos);

      assertThat(TaskSamples.floor(cell)).isLessThanOrEqualTo(nanos);
      assertThat(TaskSamples.floor(cell + 1)).isGreaterThan(nanos);
      assertThat(TaskSamples.floor(cell + 1)).isLessThanOrEqualTo(nanos + nanos / 8 + 1);
    }
  }

  private List<Object> queue(int many) {
    List<Object> tasks = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Object task = new Object();
      tasks.add(task);
      TaskSamples.queued(executor, task);
    }
    return tasks;
  }

  private static long waits() {
    TaskSamples.settle();
    long sum = 0;
    for (int cell = 0; cell < TaskSamples.CELLS; cell++) {
      sum += TaskSamples.takeWaits(cell);
      TaskSamples.takeRuns(cell);
    }
    return sum;
  }
}
