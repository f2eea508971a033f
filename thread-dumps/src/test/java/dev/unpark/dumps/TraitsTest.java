package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.VirtualScheduler;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What forms tell of threads beside their waits. */
class TraitsTest {
  private static final String SCHEDULER =
      "java.util.concurrent.ForkJoinPool@2e9d903f[Running, parallelism = 2, size = 3, active = 1,"
          + " running = 0, steals = 20000, tasks = 4, submissions = 5, delayed = 20000]";

  private static final String PRINT =
      """
      Full thread dump OpenJDK 64-Bit Server VM (21.0.1+12 mixed mode):

      "main" #1 [9] prio=7 os_prio=0 cpu=1.50ms elapsed=2.00s tid=0x00007f01 nid=9 runnable  [0x00007f02]
         java.lang.Thread.State: RUNNABLE
      \tat shop.Till.main(Till.java:9)

      "ForkJoinPool-1-worker-1" #22 [10] daemon prio=5 os_prio=0 cpu=0,50ms elapsed=2.00s tid=0x00007f03  [0x00007f04]
         Carrying virtual thread #21
      \tat jdk.internal.vm.Continuation.run(java.base@21.0.1/Continuation.java:251)

      JNI global refs: 1, weak refs: 0
      """;

  @Test
  void givenHotSpotText_whenRead_thenTellsPriorityDaemonProcessorTimeAndCarrier() {
    List<ObservedThread> threads = Fixture.dump(PRINT).observation().threads();

    assertThat(threads)
        .extracting(ObservedThread::id, ObservedThread::traits)
        .containsExactly(
            tuple(1L, new ThreadTraits(7, false, 1_500_000, -1)),
            tuple(22L, new ThreadTraits(5, true, 500_000, -1)),
            tuple(21L, ThreadTraits.mountedOn(22)));
    assertThat(threads.get(1).stack()).hasSize(1);
    assertThat(threads.get(2).stack()).isEmpty();
  }

  @Test
  void givenJson_whenRead_thenTellsTheCarrier() {
    Dump dump = file("21", "\"virtual\": true, \"carrier\": \"22\",");

    assertThat(dump.observation().threads().get(0).traits()).isEqualTo(ThreadTraits.mountedOn(22));
  }

  @Test
  void givenFormsOfJmx_whenRead_thenTellPriorityAndDaemon() {
    String actuator =
        """
        {"threads": [{"threadName": "a", "threadId": 1, "daemon": true, "priority": 5}]}""";

    assertThat(Fixture.dump(actuator).observation().threads().get(0).traits())
        .isEqualTo(new ThreadTraits(5, true, -1, -1));
    assertThat(
            Fixture.dump("\"a\" daemon prio=9 Id=1 RUNNABLE\n")
                .observation()
                .threads()
                .get(0)
                .traits())
        .isEqualTo(new ThreadTraits(9, true, -1, -1));
  }

  @Test
  void givenTheSchedulerBesideADump_whenRead_thenBelongsToIt() {
    VirtualScheduler scheduler = new VirtualScheduler(2, 3, 1, 9);

    assertThat(SchedulerLine.read("8892:\n" + SCHEDULER + "\n")).isEqualTo(scheduler);
    assertThat(SchedulerLine.read("8892:\nno scheduler\n")).isNull();
    assertThat(Fixture.dump(PRINT).observation().scheduler()).isNull();
    assertThat(Fixture.dump(PRINT + "8892:\n" + SCHEDULER + "\n").observation().scheduler())
        .isEqualTo(scheduler);
    assertThat(Fixture.dump(SCHEDULER + "\n" + PRINT).observation().scheduler())
        .isEqualTo(scheduler);
    assertThat(Fixture.dump(PRINT).with(scheduler).observation().scheduler()).isEqualTo(scheduler);
  }

  @Test
  void givenAMountedThreadInBothForms_whenJoined_thenStandsOnceAndOnItsCarrier() {
    Dump joined = Join.of(Fixture.dump(PRINT), file("21", "\"virtual\": true,"));

    assertThat(joined.observation().threads())
        .extracting(ObservedThread::id)
        .containsExactly(1L, 22L, 21L);
    assertThat(joined.observation().threads().get(2).name()).isEqualTo("t21");
    assertThat(joined.observation().threads().get(2).traits().carrier()).isEqualTo(22);
    assertThat(joined.threadCount()).isEqualTo(3);
  }

  @Test
  void givenIdsThatMeanOtherThreads_whenJoined_thenTheFirstFormIsBelieved() {
    Dump joined = Join.of(Fixture.dump(PRINT), file("1", "\"virtual\": true,"));

    assertThat(joined.observation().threads()).extracting(ObservedThread::name).contains("main");
    assertThat(joined.observation().threads())
        .extracting(ObservedThread::id)
        .containsExactly(1L, 22L, 21L);
  }

  @Test
  void givenATornFirstForm_whenJoined_thenTheSecondFillsIn() {
    Dump torn = Fixture.dump(PRINT.substring(0, PRINT.indexOf("JNI")));
    Dump file = file("44", "");

    assertThat(Join.of(torn, file).observation().threads())
        .extracting(ObservedThread::id)
        .contains(44L);
    assertThat(Join.of(Fixture.dump(PRINT), file).observation().threads())
        .as("it may have started since")
        .extracting(ObservedThread::id)
        .doesNotContain(44L);
  }

  private static Dump file(String id, String more) {
    return Fixture.dump(
        """
        {"threadDump": {"runtimeVersion": "21.0.1+12", "threadContainers": [{"threads": [
          {"tid": "%s", "name": "t%s", %s "stack": []}]}]}}"""
            .formatted(id, id, more));
  }
}
