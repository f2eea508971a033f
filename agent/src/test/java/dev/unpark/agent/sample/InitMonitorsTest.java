package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.Release;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the JVM prints of class initialisation, in texts that {@code jcmd} of both JDKs printed of
 * one program: two classes that need each other, and a superclass that needs its subclass. One
 * thread's name looks like two headers; on JDK 25 one of the threads is virtual.
 */
class InitMonitorsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOSTILE_NAME = 12;
  private static final Set<Long> NONE = Set.of();
  private static final String STALLED =
      """
      "initialises" #7 prio=5 os_prio=0 cpu=0.1ms tid=0x01 nid=0x1 waiting for monitor entry  [0x1]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat app.Slow.<clinit>(Slow.java:5)
      \t- waiting to lock <0x1> (a java.lang.Object)

      "stalled" #8 prio=5 os_prio=0 cpu=0.1ms tid=0x02 nid=0x2 runnable  [0x2]
         java.lang.Thread.State: RUNNABLE
      \tat app.Table.read(Table.java:9)
      \t- locked <0x1> (a java.lang.Object)

      """;

  private int asked;

  @Test
  void givenClassesThatNeedEachOther_whenAskedOnJdk17_thenEachWaitNamesItsInitialiser()
      throws Exception {
    InitMonitors monitors = asked(text("17"), Set.of(12L, 13L, 14L));

    assertVerdict(monitors, HOSTILE_NAME, "Two$B", new Release.AllOf(Set.of(13L)));
    assertVerdict(monitors, 13, "Two$A", new Release.AllOf(Set.of(HOSTILE_NAME)));
  }

  @Test
  void givenASuperclassThatNeedsItsSubclass_whenAsked_thenItsInitialiserNeedsNoFrame()
      throws Exception {
    InitMonitors monitors = asked(text("17"), Set.of(12L, 13L, 14L));

    assertVerdict(monitors, 15, "Two$Sup", new Release.AllOf(Set.of(14L)));
    assertVerdict(monitors, 14, "Two$Sub", new Release.AnyOf(Set.of(12L, 13L, 15L)));
  }

  @Test
  void givenAMountedVirtualThread_whenAskedOnJdk25_thenItWaitsAndInitialisesToo() throws Exception {
    InitMonitors monitors = asked(text("25"), Set.of(16L, 20L));

    assertVerdict(monitors, 16, "Two$B", new Release.AllOf(Set.of(18L)));
    assertVerdict(monitors, 18, "Two$A", new Release.AllOf(Set.of(16L)));
    assertVerdict(monitors, 21, "Two$Sup", new Release.AllOf(Set.of(20L)));
  }

  @Test
  void givenAThreadThatStandsForAnotherReason_whenAsked_thenItWaitsForNoClass() {
    InitMonitors monitors = asked(STALLED, NONE);

    assertVerdict(monitors, 8, null, new Release.Unknown());
  }

  @Test
  void givenFramesOutsideAThreadsBlock_whenRead_thenTheyAreNobodys() {
    ThreadPrint print = ThreadPrint.parse(STALLED + "\"stalled\":\n\tat app.Other.<clinit>(O)\n");

    assertThat(print.initialised()).containsOnlyKeys(7L);
  }

  @Test
  void givenAFrameThatOnlyTheTextShows_whenAsked_thenItIsBelievedOnly() throws Exception {
    InitMonitors monitors = asked(text("17"), Set.of(HOSTILE_NAME));

    assertVerdict(
        monitors,
        HOSTILE_NAME,
        "Two$B",
        new Release.Believed(Set.of(13L), "it initialises a class"));
  }

  @Test
  void givenAThreadThatHasMoved_whenItIsLookedUp_thenThereIsNoVerdict() throws Exception {
    assertThat(asked(text("17"), Set.of(12L, 13L, 14L)).of(HOSTILE_NAME, "later")).isNull();
  }

  @Test
  void givenARuntimeThatCannotPrint_whenAsked_thenThereIsNoVerdict() {
    assertThat(asked(null, NONE).of(HOSTILE_NAME, "turn")).isNull();
  }

  @Test
  void givenStacksCutOff_whenNoFrameShowsTheInitialiser_thenItIsBelievedOnly() {
    String deep =
        STALLED + "\"deep\" #9 prio=5 tid=0x3 nid=3 runnable\n" + "\tat a.B.c(D)\n".repeat(1_024);
    String waiting =
        "\n\"waits\" #10 prio=5 tid=0x4 nid=4 in Object.wait()\n\tat a.B.c(D)\n"
            + "\t- waiting on the Class initialization monitor for app.Hidden\n";

    assertVerdict(
        asked(deep + waiting, NONE),
        10,
        "app.Hidden",
        new Release.Believed(Set.of(7L), "it initialises a class"));
  }

  @Test
  void givenSuspicionsThatGoOn_whenAskedAgainAndAgain_thenTheJvmPrintsLessAndLessOften() {
    InitMonitors monitors = monitors(STALLED);

    for (int second = 0; second < 600; second++) {
      monitors.ask(second * SECOND, 10, thread -> "turn", NONE);
    }

    // At 0, 3, 9, 21, 45 and 93 s, and then once a minute.
    assertThat(asked).isEqualTo(14);
  }

  @Test
  void givenMoreFramesThanThereIsTimeFor_whenAsked_thenTheJvmIsLeftInPeaceAndThatIsTold() {
    InitMonitors monitors = monitors(STALLED);

    monitors.ask(0, InitMonitors.MOST_FRAMES + 1, thread -> "turn", NONE);

    assertThat(asked).isZero();
    assertThat(monitors.limited()).isTrue();
  }

  private static void assertVerdict(
      InitMonitors monitors, long thread, @Nullable String awaited, Release release) {
    assertThat(monitors.of(thread, "turn"))
        .isEqualTo(new InitMonitors.Verdict("turn", awaited, release));
  }

  private InitMonitors asked(@Nullable String text, Set<Long> known) {
    InitMonitors monitors = monitors(text);
    monitors.ask(0, 10, thread -> "turn", known);
    return monitors;
  }

  private InitMonitors monitors(@Nullable String text) {
    return new InitMonitors(
        command -> {
          asked++;
          return text;
        });
  }

  private static String text(String jdk) throws IOException {
    try (InputStream in =
        InitMonitorsTest.class.getResourceAsStream("/thread-print/" + jdk + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
