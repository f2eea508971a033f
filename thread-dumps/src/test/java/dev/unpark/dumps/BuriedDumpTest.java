package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real dumps where users find them: between other lines, behind prefixes, inside records. */
class BuriedDumpTest {
  private static final String DUMP = Fixture.text("monitors-17.txt");
  private static final String JSON = Fixture.text("virtual-25.json");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23 20:45:%02d,%03d INFO  [main] shop.Till - ",
        "[info] ",
        "20:45:%02d.%d | ",
        "INFO   | jvm 1    | 2026/11/23 20:45:%02d | ",
        "Nov 23 20:45:%02d till-7 java[4711]: ",
        "2026-11-23T20:45:%02d.%dZ ",
        "web-1  | "
      })
  void givenAPrefixBeforeEachLine_whenRead_thenIsReadLikeThePlainDump(String prefix) {
    int[] clock = {998};
    String log =
        prefixed(
            "up and running\n" + DUMP + "and on it goes\n",
            line -> {
              clock[0]++;
              return prefix.formatted(clock[0] / 100 % 60, clock[0]) + line;
            });

    assertSame(dumps(log), 1);
  }

  @Test
  void givenTabsAsSyslogWritesThem_whenRead_thenIsReadLikeThePlainDump() {
    String log =
        prefixed(DUMP, line -> "Nov 23 20:45:22 till-7 java[4711]: " + line.replace("\t", "#011"));

    assertSame(dumps(log), 1);
  }

  @Test
  void givenDumpsBehindDifferentPrefixes_whenRead_thenEachTellsItsOwnTime() {
    String later = DUMP.replaceFirst("00:28:20", "00:29:20");

    List<Dump> dumps =
        dumps(
            prefixed(DUMP, line -> "web-1  | " + line)
                + prefixed(later, line -> "web-2  | " + line));

    assertThat(dumps).hasSize(2).allMatch(Dump::timeKnown);
    assertThat(Duration.between(time(dumps.get(0)), time(dumps.get(1)))).hasMinutes(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2026-11-23 20:45:22,117 WARN  [watchdog] shop.Watchdog - "})
  void givenAProgramThatLogsItsThreads_whenRead_thenTheyAreADump(String prefixOfOtherLines) {
    String prefix = "2026-11-23 20:45:22,117 WARN  [watchdog] shop.Watchdog - ";
    String thread =
        prefix
            + "\"till-%1$d\" prio=5 Id=2%1$d BLOCKED on java.lang.Object@3%1$d owned by \"till-%2$d\" Id=2%2$d\n"
            + prefixOfOtherLines
            + "\tat shop.Till.pay(Till.java:9)\n"
            + prefixOfOtherLines
            + "\t-  blocked on java.lang.Object@3%1$d\n"
            + prefixOfOtherLines
            + "\n";

    List<Dump> dumps = dumps("up\n" + thread.formatted(1, 2) + thread.formatted(2, 1) + "\non\n");

    assertThat(dumps).hasSize(1);
    assertThat(dumps.get(0).threadCount()).isEqualTo(2);
    assertThat(dumps.get(0).unreadLines()).isEmpty();
    assertThat(Fixture.holder(dumps.get(0), "till-1")).isEqualTo("till-2");
  }

  @Test
  void givenALogWhoseTitleLineIsLost_whenRead_thenItsThreadsAreRead() {
    String log = prefixed(DUMP, line -> "web-1  | " + line).replaceFirst(".*Full thread.*\n", "");

    assertThat(dumps(log))
        .extracting(Dump::threadCount)
        .containsExactly(dumps(DUMP).get(0).threadCount());
  }

  private static Instant time(Dump dump) {
    return dump.observation().time();
  }

  @Test
  void givenThreeDumpsInALog_whenRead_thenAreThree() {
    String noise = "20:45:22 INFO request 1 done in 12 ms\n\tat a.B.c(B.java:1)\n".repeat(2000);

    assertSame(dumps(noise + DUMP + noise + DUMP + noise + DUMP + noise), 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"log", "message", "msg", "textPayload", "MESSAGE", "line"})
  void givenRecordsInJson_whenRead_thenTheirMessageCounts(String key) {
    String log =
        prefixed(
            DUMP,
            line -> "{\"time\":\"2026\", \"%s\":\"%s\", \"n\":1}".formatted(key, escaped(line)));

    assertSame(dumps(log), 1);
  }

  @Test
  void givenARecordThatCountsItsLinesBesideTheMessage_whenRead_thenTheMessageCounts() {
    String log =
        prefixed(DUMP, line -> "{\"line\":\"12\",\"message\":\"%s\"}".formatted(escaped(line)));

    assertSame(dumps(log), 1);
  }

  @Test
  void givenRecordsPrintedForPeople_whenRead_thenTheirMessageCounts() {
    String log =
        prefixed(
            DUMP,
            line ->
                "    {\n        \"timestamp\": 1795466722000,\n        \"message\": \"%s\",\n    },"
                    .formatted(escaped(line)));

    assertSame(dumps("{\n    \"events\": [\n" + log + "    ]\n}\n"), 1);
  }

  @Test
  void givenAWholeDumpInOneRecord_whenRead_thenItsLinesAreThoseOfTheDump() {
    String log = "{\"level\":\"WARN\",\"message\":\"slow:\\n%s\"}\n".formatted(escaped(DUMP));

    assertSame(dumps(log + "{\"level\":\"INFO\",\"message\":\"on it goes\"}\n"), 1);
  }

  @Test
  void givenJsonBehindTheProcessThatJcmdPrints_whenRead_thenIsRead() {
    List<Dump> plain = dumps(JSON);
    List<Dump> dumps = dumps("8317:\n" + JSON);

    assertThat(dumps).hasSize(1);
    assertThat(dumps.get(0).threadCount()).isEqualTo(plain.get(0).threadCount());
    assertThat(dumps.get(0).observation().resources())
        .isEqualTo(plain.get(0).observation().resources());
    assertThat(dumps.get(0).truncated()).isFalse();
    assertThat(dumps.get(0).lines().from()).isEqualTo(2);
  }

  @Test
  void givenJsonBetweenTheLinesOfALog_whenRead_thenNeitherHidesTheOther() {
    List<Dump> dumps = dumps("up\n" + DUMP + "more\n" + JSON + "{\nno json\n" + DUMP + JSON);

    assertThat(dumps).hasSize(4);
    assertThat(dumps).noneMatch(Dump::truncated);
    assertThat(dumps.get(0).threadCount()).isEqualTo(dumps.get(2).threadCount());
    assertThat(dumps.get(1).observation().threads())
        .hasSameSizeAs(dumps.get(3).observation().threads());
  }

  @Test
  void givenJsonThatJcmdCut_whenRead_thenWhatFollowsIsNotLost() {
    List<Dump> dumps = dumps("8317:\n" + JSON.substring(0, JSON.length() / 2) + "\n" + DUMP);

    assertThat(dumps).hasSize(2);
    assertThat(dumps.get(0).truncated()).isTrue();
    assertThat(dumps.get(0).threadCount()).isPositive();
    assertThat(dumps.get(1).threadCount()).isEqualTo(dumps(DUMP).get(0).threadCount());
  }

  @Test
  void givenActuatorJsonBetweenLines_whenRead_thenIsRead() {
    String json =
        "{\"threads\":[{\"threadName\":\"a\",\"threadId\":1,\"threadState\":\"RUNNABLE\"}]}\n";

    assertThat(dumps("$ curl till:8080/actuator/threaddump\n" + json + "$\n" + json))
        .extracting(Dump::threadCount)
        .containsExactly(1, 1);
  }

  private static void assertSame(List<Dump> dumps, int count) {
    Dump plain = dumps(DUMP).get(0);
    assertThat(dumps).hasSize(count);
    for (Dump dump : dumps) {
      assertThat(dump.unreadLines()).isEmpty();
      assertThat(dump.truncated()).isFalse();
      assertThat(dump.threadCount()).isEqualTo(plain.threadCount());
      assertThat(dump.timeKnown()).isTrue();
      assertThat(dump.observation().jvm().pid()).isEqualTo(plain.observation().jvm().pid());
      assertThat(dump.observation().resources()).isEqualTo(plain.observation().resources());
      assertThat(dump.observation().threads())
          .extracting(thread -> thread.stack())
          .isEqualTo(plain.observation().threads().stream().map(thread -> thread.stack()).toList());
    }
  }

  private static String prefixed(String text, UnaryOperator<String> prefix) {
    return text.lines().map(prefix).collect(Collectors.joining("\n", "", "\n"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\t", "\\t");
  }

  private static List<Dump> dumps(String text) {
    return Fixture.read(text.getBytes(StandardCharsets.UTF_8)).dumps();
  }
}
