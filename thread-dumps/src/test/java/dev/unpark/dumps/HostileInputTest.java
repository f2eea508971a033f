package dev.unpark.dumps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Input that somebody made to do harm, or that a program made without knowing of us. */
class HostileInputTest {
  private static final String TITLE =
      "Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):\n";

  /** Square time takes hours for each of these, straight time takes milliseconds. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final int MUCH = 400_000;

  @Test
  void givenLinesThatMakeAPatternTryEverything_whenRead_thenTakesTimeAsTheyAreLong() {
    String blanks = " ".repeat(MUCH);
    String crash = "# A fatal error has been detected by the Java Runtime Environment:\n";
    soon(crash + "Java Threads:\n  0x7f JavaThread \"a\"" + blanks + "x\n");
    soon(crash + "Java frames:\nJ " + "1".repeat(MUCH) + "\n");
    soon(crash + "# JRE version: " + "(build ".repeat(MUCH / 7) + "\n");
    soon("\"a\" - Thread t@1\n\t- " + "(a x) owned by \"".repeat(MUCH / 16) + "\n");
    soon("#1 \"a\" WAITING 2026-01-05T10:00:00Z\n    - parking to wait for <a@1>" + blanks + "x\n");
    soon("\"a\" Id=1 " + "Group=".repeat(600) + "\n");
    soon("\"" + "\" Id=1 Group=".repeat(MUCH / 14) + "\n");
    soon(
        "0SECTION TITLE\n3XMTHREADINFO \"a\" J9VMThread:0x1, " + "state: ".repeat(MUCH / 7) + "\n");
  }

  @Test
  void givenNothingButBracesThatOpen_whenRead_thenTakesNoStack() {
    assertThat(soon("{\n".repeat(MUCH))).isEmpty();
    assertThat(soon("{\n".repeat(MUCH) + TITLE + threadOf(1))).hasSize(1);
  }

  @Test
  void givenNamesThatImitateHeadersAllOver_whenRead_thenTakesTimeAsTheyAreLong() {
    String imitation = "\"" + "\" Id=1 Group=".repeat(300) + "\n";
    soon("\"a\" Id=1 RUNNABLE\n" + imitation.repeat(500));
  }

  @Test
  void givenMoreLocksThanThreadsCouldHave_whenRead_thenKeepsSome() {
    String blocked = "waiting to lock Monitor@0x1 (Object@0x2, a a/B),\n".repeat(150_000);
    soon("Deadlock Detection:\nFound one Java-level deadlock:\n=\n\"a\":\n" + blocked);
    soon(
        "0SECTION TITLE\n"
            + "3LKMONOBJECT a/B@0x1: Flat locked by thread ident 0x14, entry count 1\n"
                .repeat(250_000));
    Dump dump =
        soon("\"a\" - Thread t@1\n   java.lang.Thread.State: WAITING\n"
                + "\t- parking to wait for <1> (a a.First)\n"
                + "\t- parking to wait for <2> (a a.B)\n".repeat(100_000))
            .get(0);

    assertThat(dump.observation().resources()).extracting("className").containsExactly("a.First");
  }

  @Test
  void givenADeadlockSectionWithoutEnd_whenRead_thenTakesTimeAsItIsLong() {
    String entries =
        IntStream.range(0, 40_000)
            .mapToObj(
                i ->
                    "\"t%d\":\n  waiting to lock monitor 0x1 (object 0x%x, a A),\n  which is held by \"t\"\n"
                        .formatted(i, i))
            .collect(Collectors.joining());
    soon(TITLE + "Found one Java-level deadlock:\n" + entries);
    soon(TITLE + "Found one Java-level deadlock:\n".repeat(200_000));
  }

  @Test
  void givenThousandsOfThreadsThatWaitForClasses_whenRead_thenTakesTimeAsTheyAreMany() {
    String frames = "\tat a.B.c(B.java:1)\n".repeat(40);
    String threads =
        IntStream.range(0, 10_000)
            .mapToObj(
                i ->
                    "\"t%d\" #%d prio=5 tid=0x%x nid=0x1 in Object.wait() [0x1]\n"
                            .formatted(i, i, i + 1)
                        + "   java.lang.Thread.State: RUNNABLE\n"
                        + frames
                        + "\t- waiting on the Class initialization monitor for x.C%d\n\n"
                            .formatted(i))
            .collect(Collectors.joining());

    assertThat(soon(TITLE + threads).get(0).threadCount()).isEqualTo(10_000);
  }

  @Test
  void givenThousandsOfOwners_whenRead_thenTakesTimeAsTheyAreMany() {
    String threads =
        IntStream.range(0, 40_000)
            .mapToObj(
                i ->
                    """
                    {"tid": %d, "name": "", "stack": [], "state": "WAITING",
                     "parkBlocker": {"object": "a.B@%x", "owner": %d}}"""
                        .formatted(i, i, i))
            .collect(Collectors.joining(","));
    soon("{\"threadDump\": {\"threadContainers\": [{\"threads\": [" + threads + "]}]}}");
  }

  @Test
  void givenALogThatSpeaksOfDumps_whenRead_thenKeepsThoseThatAre() {
    List<Dump> dumps = soon(TITLE.repeat(100_000) + threadOf(1));

    assertThat(dumps.size()).isLessThan(20_000);
    assertThat(dumps.get(dumps.size() - 1).threadCount()).isEqualTo(1);
    assertThat(dumps.get(dumps.size() - 1).unreadLines())
        .extracting(UnreadLine::text)
        .first()
        .asString()
        .endsWith("dumps before it");
  }

  @Test
  void givenALogThatOnlySpeaksOfADump_whenRead_thenHasNone() {
    assertThat(soon("10:00:01 INFO Full thread dump was asked for\n10:00:02 INFO done\n"))
        .isEmpty();
  }

  @Test
  void givenATimeAtTheEndOfTime_whenRead_thenIsNoTime() {
    String dump =
        "1\n+1000000000-12-31T23:59:59.999999999Z\n25\n\n#1 \"a\"\n      a.B.c(B.java:1)\n\n";

    assertThat(soon(dump + dump)).extracting(Dump::timeKnown).containsExactly(false, false);
  }

  @Test
  void givenALogLineWithQuoteBeforeTheEnd_whenRead_thenCostsNoLineButItself() {
    Dump dump =
        soon(TITLE
                + threadOf(1)
                + "\"GET / HTTP/1.1\" 200\n"
                + "JNI global refs: 4, weak refs: 0\n\n"
                + "Found one Java-level deadlock:\n"
                + "=============================\n"
                + "\"t1\":\n  waiting to lock monitor 0x1 (object 0x2, a A),\n"
                + "  which is held by \"t1\"\n\nFound 1 deadlock.\n")
            .get(0);

    assertThat(dump.truncated()).isFalse();
    assertThat(dump.reportedDeadlocks()).hasSize(1);
    assertThat(dump.unreadLines())
        .extracting(UnreadLine::text)
        .containsExactly("\"GET / HTTP/1.1\" 200");
  }

  @Test
  void givenTwoJsonDumpsInOneFile_whenRead_thenBothCount() {
    String dump =
        "{\"threadDump\":{\"threadContainers\":[{\"threads\":[{\"tid\":\"1\"},7,{\"tid\":\"2\"}]}]}}\n";

    assertThat(soon(dump + dump)).extracting(Dump::threadCount).containsExactly(2, 2);
  }

  @Test
  void givenALogOfJsonLinesWithThreadNames_whenRead_thenIsNoActuatorDump() {
    String log =
        "{\"level\":\"INFO\",\"message\":\"up\",\"threadName\":\"main\",\"threadId\":1}\n"
            .repeat(3);

    DumpFile file = Fixture.read((log + TITLE + threadOf(1)).getBytes(UTF_8));

    assertThat(file.form()).isEqualTo(DumpForm.HOTSPOT_TEXT);
    assertThat(file.dumps()).hasSize(1);
  }

  @Test
  void givenAnotherFormBehindAHotSpotDump_whenRead_thenBothCount() {
    List<Dump> dumps =
        soon(
            TITLE
                + threadOf(1)
                + "JNI global refs: 4, weak refs: 0\n\nlog\n"
                + "\"a\" prio=5 Id=7 RUNNABLE\n\tat a.B.c(B.java:1)\n");

    assertThat(dumps).extracting(Dump::threadCount).containsExactly(1, 1);
  }

  @Test
  void givenFramesAndNamesOfAMegabyte_whenRead_thenKeepsTheirBeginning() {
    String huge = "x".repeat(1_000_000);
    Dump dump =
        soon(TITLE
                + "\"%s\" #1 prio=5 tid=0x1 nid=0x1 runnable [0x1]\n"
                    .formatted(huge.substring(9000))
                + "\tat a.%s(B.java:1)\n".formatted(huge).repeat(40))
            .get(0);

    assertThat(dump.observation().threads().get(0).name().length()).isLessThan(10_000);
    assertThat(dump.observation().threads().get(0).stack().get(0).length()).isLessThan(10_000);
  }

  @Test
  void givenALineLongerThanAnyOfADump_whenRead_thenItsRestIsCounted() {
    Dump dump =
        soon(TITLE + threadOf(1) + "\tat a.B.c(" + "x".repeat(3_000_000) + "\n" + threadOf(2))
            .get(0);

    assertThat(dump.threadCount()).isEqualTo(2);
    assertThat(dump.unreadCount()).isEqualTo(1);
  }

  private static String threadOf(int id) {
    return "\"t%d\" #%d prio=5 tid=0x7f0%d nid=0x9 runnable [0x7f]\n   java.lang.Thread.State: RUNNABLE\n\tat a.B.c(B.java:1)\n\n"
        .formatted(id, id, id);
  }

  private static List<Dump> soon(String text) {
    return assertTimeoutPreemptively(SOON, () -> Fixture.read(text.getBytes(UTF_8)).dumps());
  }
}
