package dev.unpark.diagnosis.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownStacksTest {
  private static final String PARK = "jdk.internal.misc.Unsafe.park(Native Method)";
  private final StackReader standard = new StackReader(KnownStacks.standard());

  private static StackFacts facts(String file, String... stack) throws IOException {
    KnownStacks known = KnownStacks.standard().with(new StringReader(file), "mine.txt");
    return new StackReader(known).facts(List.of(stack));
  }

  @Test
  void givenAWorkerThatWaitsForATask_whenRead_thenItIsIdle() {
    StackFacts facts =
        standard.facts(
            List.of(
                PARK,
                "java.util.concurrent.LinkedBlockingQueue.take(LinkedBlockingQueue.java:435)",
                "java.util.concurrent.ThreadPoolExecutor.getTask(ThreadPoolExecutor.java:1062)",
                "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1122)",
                "java.lang.Thread.run(Thread.java:840)"));

    assertThat(facts.isIdle()).isTrue();
    assertThat(facts.runsTask()).isFalse();
    assertThat(facts.has(StackTag.WORKER)).isTrue();
  }

  @Test
  void givenAnEventLoopThatSelects_whenRead_thenItIsIdleAndABlockedOneIsNot() {
    String loop = "io.netty.channel.nio.NioEventLoop.run(NioEventLoop.java:569)";
    StackFacts selects =
        standard.facts(List.of("sun.nio.ch.EPoll.wait(Native Method)", "a.B.c(B.java:1)", loop));
    StackFacts waits =
        standard.facts(
            List.of(
                PARK,
                "java.util.concurrent.CompletableFuture.waitingGet(CompletableFuture.java:1)",
                "shop.Handler.read(Handler.java:9)",
                loop));

    assertThat(selects.isIdle()).isTrue();
    assertThat(waits.isIdle()).isFalse();
    assertThat(waits.isIn(StackTag.AWAITS_RESULT)).isTrue();
    assertThat(waits.has(StackTag.EVENT_LOOP)).isTrue();
    assertThat(waits.isIn(StackTag.EVENT_LOOP)).isFalse();
  }

  @Test
  void givenADriverThatReads_whenRead_thenItIsARemoteCallInBlockingIo() {
    StackFacts facts =
        standard.facts(
            List.of(
                "sun.nio.ch.SocketDispatcher.read0(Native Method)",
                "org.postgresql.core.v3.QueryExecutorImpl.execute(QueryExecutorImpl.java:356)",
                "shop.Orders.find(Orders.java:9)"));

    assertThat(facts.isRemoteCall()).isTrue();
    assertThat(facts.isIn(StackTag.BLOCKING_IO)).isTrue();
    assertThat(facts.isIdle()).isFalse();
  }

  @Test
  void givenACallbackUnderALogger_whenRead_thenItHasTheTagButIsNotInIt() {
    StackFacts facts =
        standard.facts(
            List.of("shop.Slow.toString(Slow.java:3)", "org.slf4j.Logger.info(Logger.java:1)"));

    assertThat(facts.has(StackTag.LOGGING)).isTrue();
    assertThat(facts.isIn(StackTag.LOGGING)).isFalse();
  }

  @Test
  void givenAUsersFile_whenRead_thenItAddsToTheStandard() throws IOException {
    String file =
        "# mine\n\n[idle]\n^a.Top.wait\nb.Direct.call <- b.Loop.run\nc.Far.in <- .. <- c.Out*";

    assertThat(facts(file, "a.Top.wait(T.java:1)", "x.Y.z(Y.java:1)").isIdle()).isTrue();
    assertThat(facts(file, "x.Y.z(Y.java:1)", "a.Top.wait(T.java:1)").has(StackTag.IDLE)).isFalse();
    assertThat(facts(file, "b.Direct.call(D.java:1)", "b.Loop.run(L.java:1)").isIdle()).isTrue();
    assertThat(facts(file, "b.Direct.call(D.java:1)", "x.Y.z(Y.java:1)", "b.Loop.run(L.java:1)"))
        .matches(facts -> !facts.isIdle());
    assertThat(
            facts(file, "c.Far.in(F.java:1)", "x.Y.z(Y.java:1)", "c.Outer.run(L.java:1)").isIdle())
        .isTrue();
    assertThat(facts(file, "c.Far.in(F.java:1)", "x.Y.z(Y.java:1)").isIdle()).isFalse();
    assertThat(facts(file, "sun.nio.ch.EPoll.wait(Native Method)").isIdle()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[idel]|line 1|[idel]|one of [idle], [worker]",
        "a.B.c|line 1|a.B.c|a section such as [idle]",
        "[idle]~# x~not a frame|line 3|not a frame|package.Class.method",
        "[idle]~a.b <- ..|line 2|a.b <- ..|a frame after the last '..'",
        "[idle]~.. <- a.b|line 2|.. <- a.b|package.Class.method",
        "[idle]~a.*.b|line 2|a.*.b|package.Class.method",
        "[idle]~^|line 2|^|package.Class.method"
      })
  void givenALineThatIsNoKnownStack_whenRead_thenTheErrorNamesLineAndRemedy(
      String file, String line, String found, String expected) {
    assertThatThrownBy(() -> facts(file.replace('~', '\n'), "a.b(X.java:1)"))
        .isInstanceOf(KnownStacksException.class)
        .hasMessageContaining("cannot read 'mine.txt': " + line + " is not a known stack")
        .hasMessageContaining("found:    " + found)
        .hasMessageContaining("expected: " + expected)
        .hasMessageContaining("try:");
  }

  @Test
  void givenTooLongAFile_whenRead_thenItIsRefused() {
    assertThatThrownBy(() -> facts("\n".repeat(10_000) + "[idle]\n", "a.b(X.java:1)"))
        .hasMessageContaining("line 10001");
    assertThatThrownBy(() -> facts("[idle]\n" + "a".repeat(1001), "a.b(X.java:1)"))
        .hasMessageContaining("line 2");
  }

  @Test
  void givenEqualStacksOfTwoRuns_whenRead_thenPlaceAndCodeAreTheSame() {
    StackFacts one =
        standard.facts(List.of("a.B$$Lambda$15/0x00007f18.run(Unknown Source)", "a.B.c(B.java:4)"));
    StackFacts two =
        standard.facts(List.of("a.B$$Lambda/0x00000019.run(Unknown Source)", "a.B.c(B.java:4)"));
    StackFacts other =
        standard.facts(List.of("a.B$$Lambda/0x00000019.run(Unknown Source)", "a.B.c(B.java:5)"));

    assertThat(one.place()).isEqualTo(two.place()).isNotEqualTo(other.place());
    assertThat(one.code()).isEqualTo(other.code());
    assertThat(StackFacts.NONE.isIdle()).isFalse();
    assertThat(standard.facts(List.of())).isSameAs(StackFacts.NONE);
  }
}
