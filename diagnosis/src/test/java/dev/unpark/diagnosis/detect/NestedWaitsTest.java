package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.Reentry;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NestedWaitsTest {
  private static final String PARK = "jdk.internal.misc.Unsafe.park(Unsafe.java)";

  /** Loads an entry, and waits for another one of the same cache. */
  private static final String[] NESTED = {
    PARK,
    "org.fast.cache.Entry.await(Entry.java:70)",
    "org.fast.cache.Cache.get(Cache.java:31)",
    "shop.Prices.load(Prices.java:12)",
    "org.fast.cache.Cache.compute(Cache.java:50)",
    "org.fast.cache.Cache.get(Cache.java:33)",
    "shop.Prices.of(Prices.java:5)"
  };

  private static final String[] PLAIN = {
    PARK,
    "org.fast.cache.Entry.await(Entry.java:70)",
    "org.fast.cache.Cache.get(Cache.java:31)",
    "shop.Prices.of(Prices.java:5)"
  };

  private static final String[] LOADS = {
    "shop.Database.ask(Database.java:8)",
    "shop.Prices.load(Prices.java:14)",
    "org.fast.cache.Cache.compute(Cache.java:50)",
    "org.fast.cache.Cache.get(Cache.java:33)",
    "shop.Prices.of(Prices.java:5)"
  };

  private static List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 20);
    for (Observation look : looks) {
      timeline.add(look);
    }
    return new DeadlockDetector(Thresholds.DEFAULT).examine(timeline);
  }

  private static List<Finding> overATrend(Scene scene) {
    return examine(scene.at(0), scene.at(2_500), scene.at(5_000));
  }

  private static Scene two() {
    return new Scene()
        .unknown("price of tea", ResourceKind.FUTURE)
        .unknown("price of milk", ResourceKind.FUTURE)
        .waits(1, "load-tea", "price of milk", "1", false, NESTED)
        .waits(2, "load-milk", "price of tea", "1", false, NESTED);
  }

  @Test
  void givenTwoLoadsThatWaitForEachOther_whenTheyStandForATrend_thenTheyOweEachOther() {
    assertThat(examine(two().at(0), two().at(1_000))).isEmpty();
    Finding finding = overATrend(two()).get(0);

    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline())
        .isEqualTo("2 threads wait for results that they owe each other: load-tea and load-milk");
    assertThat(finding.explanation().get(0))
        .startsWith("load-tea stands in Cache.get twice: it computes a result there");
  }

  @Test
  void givenALoadThatAsksForItself_whenDumped_thenItWaitsForItself() {
    Scene one =
        new Scene()
            .inDump()
            .unknown("price", ResourceKind.FUTURE)
            .waits(1, "load", "price", "1", false, NESTED)
            .waits(2, "asks-too", "price", "1", false, PLAIN);

    assertThat(examine(one.at(0)))
        .extracting(Finding::headline)
        .containsExactly("load waits for a result that it is to compute itself");
  }

  @Test
  void givenANestedLoad_whenAnotherThreadComputes_thenFindsNothing() {
    assertThat(overATrend(two().runs(3, "load-sugar", LOADS))).isEmpty();
    assertThat(overATrend(two().rests(3, "load-sugar", LOADS))).isEmpty();
  }

  @Test
  void givenANestedLoad_whenAnEventLoopMayBringTheAnswer_thenFindsNothing() {
    Scene loop =
        two()
            .runs(
                3,
                "nio-1",
                "sun.nio.ch.EPoll.wait(EPoll.java)",
                "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:526)");

    assertThat(overATrend(loop)).isEmpty();
  }

  @Test
  void givenRecursionOfOtherCodeThanWhatWaits_whenItStands_thenFindsNothing() {
    Scene through =
        new Scene()
            .unknown("answer", ResourceKind.FUTURE)
            .waits(
                1,
                "main",
                "answer",
                "1",
                false,
                PARK,
                "shop.Client.ask(Client.java:3)",
                "org.fast.proxy.Chain.proceed(Chain.java:9)",
                "org.fast.tx.Transaction.invoke(Transaction.java:4)",
                "org.fast.proxy.Chain.proceed(Chain.java:9)",
                "shop.Main.main(Main.java:3)");

    assertThat(overATrend(through)).isEmpty();
  }

  @Test
  void
      givenAnInterpreterThatCallsAWaitForAScript_whenItIsOnTheStackTwice_thenTheWaitIsNoneOfItsOwn() {
    List<String> stack =
        List.of(
            "java.lang.Object.wait(Native Method)",
            "java.lang.UNIXProcess.waitFor(UNIXProcess.java:264)",
            "java.lang.reflect.Method.invoke(Method.java:483)",
            "script.Meta.invoke(Meta.java:740)",
            "job.run(job.script:11)",
            "java.lang.reflect.Method.invoke(Method.java:483)",
            "script.Meta.invoke(Meta.java:740)");

    assertThat(Reentry.methodEnteredTwice(stack)).isEmpty();
    assertThat(Reentry.methodEnteredTwice(stack.subList(3, stack.size())))
        .isEqualTo("script.Meta.invoke");
  }

  static Stream<Arguments> whoMayServe() {
    return Stream.of(
        Arguments.of(
            "one that reads a socket", two().reads(3, "client", "shop.Client.read(Client.java:2)")),
        Arguments.of(
            "a task of a pool that works",
            two()
                .runs(
                    3,
                    "pool-1",
                    "shop.Work.run(Work.java:2)",
                    "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1122)")),
        Arguments.of(
            "a task of a pool that sleeps",
            two()
                .rests(
                    3,
                    "pool-1",
                    "java.lang.Thread.sleep(Thread.java)",
                    "shop.Work.run(Work.java:2)",
                    "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1122)")),
        Arguments.of(
            "one that works in that code", two().runs(3, "other", "shop.Prices.reset(P.java:2)")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whoMayServe")
  void givenANestedLoad_whenSomebodyMayBringTheResult_thenFindsNothing(String who, Scene scene) {
    assertThat(overATrend(scene)).as(who).isEmpty();
  }

  static Stream<Arguments> whoDoesNotServe() {
    return Stream.of(
        Arguments.of(
            "an idle worker",
            two()
                .unknown("work", ResourceKind.CONDITION)
                .waits(
                    3,
                    "idle",
                    "work",
                    "1",
                    false,
                    "java.util.concurrent.ThreadPoolExecutor.getTask(T.java:1062)",
                    "java.util.concurrent.ThreadPoolExecutor.runWorker(T.java:1122)")),
        Arguments.of(
            "one that works in other code",
            two().runs(3, "other", "shop.Clock.tick(Clock.java:2)")),
        Arguments.of(
            "a main that waits for the end of threads",
            two()
                .unknown("end", ResourceKind.THREAD_END)
                .waits(3, "main", "end", "1", false, "shop.Prices.main(Prices.java:1)")),
        Arguments.of(
            "a main of that code that waits",
            two()
                .unknown("all", ResourceKind.BARRIER)
                .waits(3, "main", "all", "1", false, "shop.Prices.main(Prices.java:1)")),
        Arguments.of(
            "who waits behind one of them",
            two().lock("L", 1).waits(3, "http-1", "L", "1", false, "shop.Prices.all(P.java:1)")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whoDoesNotServe")
  void givenANestedLoad_whenNobodyElseBringsTheResult_thenItIsTold(String who, Scene scene) {
    assertThat(overATrend(scene))
        .as(who)
        .extracting(Finding::headline)
        .contains("2 threads wait for results that they owe each other: load-tea and load-milk");
  }

  @Test
  void givenANestedLoad_whenItsWaitIsTimed_thenItEndsByItself() {
    Scene timed =
        new Scene()
            .unknown("price", ResourceKind.FUTURE)
            .waits(1, "load", "price", "1", true, NESTED);

    assertThat(overATrend(timed)).isEmpty();
  }

  @Test
  void givenARecursiveMethodOfOneClass_whenItWaitsOnce_thenNothingIsNested() {
    assertThat(
            Reentry.methodEnteredTwice(
                List.of(
                    PARK,
                    "org.fast.Tree.join(Tree.java:1)",
                    "org.fast.Tree.walk(Tree.java:2)",
                    "org.fast.Tree$Node.walk(Tree.java:3)",
                    "org.fast.Tree.walk(Tree.java:2)")))
        .isEmpty();
    assertThat(Reentry.methodEnteredTwice(List.of(PARK))).isEmpty();
  }
}
