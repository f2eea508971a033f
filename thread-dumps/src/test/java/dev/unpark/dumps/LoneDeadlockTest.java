package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The section of a deadlock, cut out of its dump. */
class LoneDeadlockTest {
  private static final String SECTION =
      """
      Found one Java-level deadlock:
      =============================
      "till-1":
        waiting to lock monitor 0x00007f70c0f1c228 (object 0x0000000765282180, a shop.Till),
        which is held by "till-2"

      "till-2":
        waiting for ownable synchronizer 0x00000007502c73d0, (a java.util.concurrent.locks.ReentrantLock$NonfairSync),
        which is held by "stock"

      "stock":
        waiting to lock monitor 0x00007f70c0f1c229 (object 0x0000000765282199, a shop.Shelf),
        which is held by "till-2"
      """;

  private static final String STACKS =
      """

      Java stack information for the threads listed above:
      ===================================================
      "till-1":
      \tat shop.Till.pay(Till.java:35)
      \t- waiting to lock <0x0000000765282180> (a shop.Till)
      "till-2":
      \tat jdk.internal.misc.Unsafe.park(java.base@17.0.1/Native Method)
      \t- parking to wait for  <0x00000007502c73d0> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
      \tat shop.Stock.take(Stock.java:12)
      \t- locked <0x0000000765282180> (a shop.Till)
      \t- locked <0x0000000765282199> (a shop.Shelf)
      "stock":
      \tat shop.Shelf.fill(Shelf.java:7)
      \t- waiting to lock <0x0000000765282199> (a shop.Shelf)

      Found 1 deadlock.
      """;

  @Test
  void givenTheSectionAlone_whenRead_thenItsRingIsFoundAndWhoOnlyQueuesIsNot() {
    Dump dump = Fixture.dump(SECTION + STACKS);

    assertThat(dump.form()).isEqualTo(DumpForm.DEADLOCK_SECTION);
    assertThat(Fixture.knotted(dump)).containsExactly("stock", "till-2");
    assertThat(dump.threadCount()).isEqualTo(3);
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(Fixture.holder(dump, "till-1")).isEqualTo("till-2");
    assertThat(Fixture.thread(dump, "till-2").stack())
        .containsExactly(
            "jdk.internal.misc.Unsafe.park(Native Method)", "shop.Stock.take(Stock.java:12)");
    assertThat(dump.observation().limits()).anyMatch(limit -> limit.contains("but those of the"));
  }

  @Test
  void givenNoStackAtAll_whenDiagnosed_thenTheDeadlockIsToldAndSuspected() {
    Finding finding = finding(Fixture.dump(SECTION));

    assertThat(finding.type()).isEqualTo("deadlock");
    assertThat(finding.certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(finding.headline()).contains("till-2", "stock").doesNotContain("till-1");
    assertThat(finding.explanation()).anyMatch(line -> line.endsWith("at an unknown place"));
  }

  @Test
  void givenAPageThatMakesHeadingsAndQuotes_whenRead_thenTheRingIsTheSame() {
    String headings =
        SECTION
                .replace("Found one", "# Found one")
                .replace("=============================\n", "\n```\n")
            + "```\n";
    String indented = "jstack says\n\n" + SECTION.indent(4) + "\nand we restarted it\n";

    assertThat(Fixture.knotted(Fixture.dump(headings))).containsExactly("stock", "till-2");
    assertThat(Fixture.knotted(Fixture.dump(indented))).containsExactly("stock", "till-2");
    assertThat(Fixture.knotted(Fixture.dump((SECTION + STACKS).replaceAll("(?m)^", "> "))))
        .containsExactly("stock", "till-2");
  }

  @Test
  void givenTheSectionOfAForcedJstack_whenRead_thenPathsAreClasses() {
    Dump dump =
        Fixture.dump(
            """
            Found one Java-level deadlock:
            =============================

            "till-1":
              waiting to lock Monitor@0x00007f9958004848 (Object@0x00000000803c6648, a shop/Till),
              which is held by "till-2"
            "till-2":
              waiting to lock Monitor@0x00007f99580049a8 (Object@0x00000000801e6290, a shop/Shelf),
              which is held by "till-1"

            Found a total of 1 deadlock.
            """);

    assertThat(Fixture.knotted(dump)).containsExactly("till-1", "till-2");
    assertThat(Fixture.waitedFor(dump, "till-1").className()).isEqualTo("shop.Till");
  }

  @Test
  void givenThreadsBehindIt_whenRead_thenTheyAreADumpOfTheirOwn() {
    DumpFile file =
        read(
            SECTION
                + """

                "main" #1 prio=5 os_prio=0 tid=0x00007f6ad405f800 nid=0x246c runnable [0x00007f6bb1]
                   java.lang.Thread.State: RUNNABLE
                \tat shop.Main.main(Main.java:5)
                """);

    assertThat(file.dumps())
        .extracting(Dump::form)
        .containsExactly(DumpForm.DEADLOCK_SECTION, DumpForm.HOTSPOT_TEXT);
  }

  @Test
  void givenASectionThatIsCutOrSpoilt_whenRead_thenWhatItLacksIsUnknown() {
    String cut = SECTION.substring(0, SECTION.indexOf("which is held by \"stock\""));

    assertThat(Fixture.knotted(Fixture.dump(cut))).isEmpty();
    assertThat(read("Found one Java-level deadlock:\nnothing behind it\n").dumps())
        .allMatch(dump -> dump.threadCount() == 0);
    assertThat(Fixture.dump(SECTION.replace("which is held by \"stock\"", "no line")).unreadLines())
        .hasSize(1);
  }

  @Test
  void givenLinesThatFitNobody_whenRead_thenTheyAreUnreadAndTheRingIsTheSame() {
    String waits =
        SECTION.replace(
            "\"till-1\":\n",
            """
              waiting to lock monitor 0x00007f70c0f1c230 (object 0x0000000765282200, a shop.Door),
              waiting to lock nothing
              which is held by nobody
              which is held by "
            "till-1":
              waiting to lock nothing
            """);
    String stacks =
        STACKS.replaceFirst(
            "\"till-1\":",
            """
            \tat shop.Nobody.home(Nobody.java:1)
            \t- locked <0x0000000765282201> (a shop.Door)
            ...
            \tand so on
            "a stranger":
            \tat shop.Stranger.home(Stranger.java:1)
            \t- locked <0x0000000765282201> (a shop.Door)
            "till-1":
            \t- nothing of note
            """);
    Dump dump = Fixture.dump(waits + stacks);

    assertThat(Fixture.knotted(dump)).containsExactly("stock", "till-2");
    assertThat(dump.threadCount()).isEqualTo(3);
    assertThat(dump.unreadLines())
        .extracting(UnreadLine::text)
        .contains("at shop.Nobody.home(Nobody.java:1)", "and so on", "- nothing of note");
  }

  private static DumpFile read(String text) {
    return Fixture.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Finding finding(Dump dump) {
    List<Finding> findings =
        Diagnostician.ofDumps(KnownStacks.standard()).observe(dump.observation());
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }
}
