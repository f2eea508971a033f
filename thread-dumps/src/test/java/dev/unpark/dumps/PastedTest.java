package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One dump, as pages, trackers, mails and programs give it back. */
class PastedTest {
  private static final String DUMP =
      """
      Full thread dump OpenJDK 64-Bit Server VM (11.0.10+9 mixed mode):

      "till-1" #12 prio=5 os_prio=0 cpu=1.88ms elapsed=13.90s tid=0x00007f6ad405f800 nid=0x246c waiting for monitor entry  [0x00007f6bb1999000]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat shop.Till.pay(Till.java:5)
      \t- waiting to lock <0x00000007188aa001> (a java.lang.Object)
      \t- locked <0x00000007188aa002> (a java.lang.Object)
      \tat java.lang.Thread.run(java.base@11.0.10/Thread.java:834)

      "till-2" #13 prio=5 os_prio=0 cpu=1.88ms elapsed=13.90s tid=0x00007f6ad405f801 nid=0x246d waiting for monitor entry  [0x00007f6bb1999001]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat shop.Shelf.<init>(Shelf.java:9)
      \t- waiting to lock <0x00000007188aa002> (a java.lang.Object)
      \t- locked <0x00000007188aa001> (a java.lang.Object)
      \tat java.lang.Thread.run(java.base@11.0.10/Thread.java:834)

      JNI global refs: 4, weak refs: 0
      """;

  static Stream<Arguments> pages() {
    UnaryOperator<String> entities =
        text ->
            text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    UnaryOperator<String> breaks = text -> "<pre>" + text.replace("\n", "<br>\n") + "</pre>\n";
    UnaryOperator<String> oneLineEach =
        text ->
            Arrays.stream(text.split("\n\n"))
                .map(paragraph -> paragraph.strip().replaceAll("\\s+", " "))
                .collect(Collectors.joining("\n"));
    UnaryOperator<String> quotedOneLineEach =
        text ->
            oneLineEach.apply(text).replaceAll("(?m)^\"", "`\"").replaceAll("(?m)(834\\))$", "$1`");
    UnaryOperator<String> literal =
        text -> text.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    UnaryOperator<String> noAngles = text -> text.replaceAll("<(0x\\w+)>", "$1");
    UnaryOperator<String> fences =
        text -> text.replace("\n\n\"", "\n```\n\n```text\n\"").replace("JNI", "{noformat}\nJNI");
    return Stream.of(
        Arguments.of("entities of a page's source", entities),
        Arguments.of("breaks of a page", breaks),
        Arguments.of("a thread a line", oneLineEach),
        Arguments.of("a thread a line, as code", quotedOneLineEach),
        Arguments.of("the string of a program", literal),
        Arguments.of("brackets taken for tags", noAngles),
        Arguments.of("fences between the threads", fences),
        Arguments.of("CR as the end of a line", (UnaryOperator<String>) t -> t.replace('\n', '\r')),
        Arguments.of(
            "headers that a mail has folded",
            (UnaryOperator<String>) t -> t.replace(" tid=", " \ntid=")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pages")
  void givenADumpOutOfAPage_whenRead_thenIsTheSameDump(String page, UnaryOperator<String> paste) {
    Dump dump = Fixture.dump(paste.apply(DUMP));

    assertThat(Fixture.knotted(dump)).containsExactly("till-1", "till-2");
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(Fixture.thread(dump, "till-2").stack())
        .isEqualTo(Fixture.thread(Fixture.dump(DUMP), "till-2").stack());
    assertThat(dump.observation().limits()).isEmpty();
  }

  @Test
  void givenALogThatSpeaksOfMarkup_whenRead_thenItsLinesStayAsTheyAre() {
    String log = "<br>\n```\n&amp; \\n at a(\n" + DUMP + "<p>bye</p>\n";

    assertThat(Fixture.dump(log).unreadLines()).isEmpty();
    assertThat(Fixture.knotted(Fixture.dump(log))).hasSize(2);
  }

  @Test
  void givenThreadsWithoutAnyStack_whenRead_thenTheLimitSaysSo() {
    Dump dump =
        Fixture.dump(
            "\"till-1\" #12 prio=5 tid=0x00007f6ad405f800 nid=0x246c runnable [0x00007f6bb1999000]\n");

    assertThat(dump.observation().limits())
        .containsExactly("stacks: no thread has one, `jcmd PID Thread.print -l` shows them");
  }

  @Test
  void givenThreadsOfFlink_whenRead_thenEachOfTheOneLineIsThere() {
    String thread =
        "\\\"%s\\\" Id=%d BLOCKED on shop.Till@%d owned by \\\"%s\\\" Id=%d\\n"
            + "\\tat shop.Till.pay(Till.java:5)\\n\\t-  blocked on shop.Till@%d\\n\\n";
    String json =
        "{\"threadInfos\":[{\"threadName\":\"a\",\"stringifiedThreadInfo\":\""
            + thread.formatted("a", 1, 7, "b", 2, 7)
            + "\"},{\"threadName\":\"b\",\"stringifiedThreadInfo\":\""
            + thread.formatted("b", 2, 8, "a", 1, 8)
            + "\"}]}";

    assertThat(Fixture.knotted(Fixture.dump(json))).containsExactly("a", "b");
    assertThat(Fixture.knotted(Fixture.dump(json.replace(",\"", ",\n  \""))))
        .containsExactly("a", "b");
  }

  @Test
  void givenAnswersOfCloudWatchOnOneLine_whenRead_thenEveryMessageIsALine() {
    String events =
        DUMP.lines()
            .map(line -> line.replace("\"", "\\\"").replace("\t", "\\t"))
            .map(line -> "{\"timestamp\":1,\"message\":\"" + line + "\",\"ingestionTime\":2}")
            .collect(Collectors.joining(","));

    for (String json : new String[] {"{\"events\":[" + events + "]}", "[" + events + "]"}) {
      Dump dump = Fixture.dump(json);
      assertThat(Fixture.knotted(dump)).containsExactly("till-1", "till-2");
      assertThat(dump.unreadLines()).isEmpty();
    }
  }

  @Test
  void givenThreadsOfSpark_whenRead_thenLocksAndStacksAreKnown() {
    String json =
        """
        [ {
          "threadId" : 77, "threadName" : "a", "threadState" : "BLOCKED",
          "stackTrace" : { "elems" : [ "shop.Till.pay(Till.java:1)", "java.lang.Thread.run(Thread.java:748)" ] },
          "blockedByThreadId" : 78,
          "blockedByLock" : "Lock(shop.Till@1503479572})",
          "holdingLocks" : [ "Monitor(shop.Shelf@12})", "Lock(java.util.concurrent.ThreadPoolExecutor$Worker@3})", 5 ]
        }, {
          "threadId" : 78, "threadName" : "b", "threadState" : "BLOCKED",
          "stackTrace" : "shop.Shelf.fill(Shelf.java:2)\\njava.lang.Thread.run(Thread.java:748)",
          "blockedByThreadId" : 77,
          "blockedByLock" : "Lock(shop.Shelf@12})",
          "holdingLocks" : [ ]
        } ]
        """;
    Dump dump = Fixture.read(json.getBytes(StandardCharsets.UTF_8)).dumps().get(0);

    assertThat(dump.form()).isEqualTo(DumpForm.ACTUATOR_JSON);
    assertThat(Fixture.knotted(dump)).containsExactly("a", "b");
    assertThat(Fixture.waitedFor(dump, "a").className()).isEqualTo("shop.Till");
    assertThat(Fixture.thread(dump, "a").stack())
        .containsExactly("shop.Till.pay(Till.java:1)", "java.lang.Thread.run(Thread.java:748)");
    assertThat(Fixture.thread(dump, "b").stack()).hasSize(2);
  }

  @Test
  void givenThreadsOfArthas_whenRead_thenTimesInTheHeaderAreNoObstacle() {
    Dump dump =
        Fixture.dump(
            """
            "a" Id=27 cpuUsage=0.0% deltaTime=0ms time=12ms TIMED_WAITING
                at java.lang.Thread.sleep(Native Method)
                -  locked shop.Till@725be470 <---- but blocks 1 other threads!

            "b" Id=28 cpuUsage=0.0% deltaTime=0ms time=12ms BLOCKED on shop.Till@725be470 owned by "a" Id=27
                at shop.Till.pay(Till.java:21)
                -  blocked on shop.Till@725be470
            """);

    assertThat(dump.form()).isEqualTo(DumpForm.THREAD_INFO);
    assertThat(Fixture.holder(dump, "b")).isEqualTo("a");
  }
}
