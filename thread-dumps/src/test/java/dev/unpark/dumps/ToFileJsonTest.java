package dev.unpark.dumps;

import static dev.unpark.dumps.Fixture.dump;
import static dev.unpark.dumps.Fixture.holder;
import static dev.unpark.dumps.Fixture.knotted;
import static dev.unpark.dumps.Fixture.thread;
import static dev.unpark.dumps.Fixture.waitOf;
import static dev.unpark.dumps.Fixture.waitedFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToFileJsonTest {
  private static final String FORMAT =
      """
      {"threadDump":{%s"time":"2026-01-05T10:00:00Z","runtimeVersion":"%s","threadContainers":[
      {"container":"<root>","parent":null,"owner":null,"threads":[
      %s
      ],"threadCount":%s}]}}
      """;

  @Test
  void givenVirtualThreadsInARing_whenRead_thenEachHoldsWhatTheOtherWaitsFor() {
    Dump dump = dump(Fixture.text("virtual-25.json"));

    assertThat(knotted(dump)).containsExactly("post", "settle");
    assertThat(thread(dump, "post").virtual()).isTrue();
    assertThat(thread(dump, "post").state()).isEqualTo(ThreadState.BLOCKED);
    assertThat(holder(dump, "report")).isEqualTo("post");
    assertThat(thread(dump, "report").virtual()).isFalse();
    assertThat(thread(dump, "main").stack().get(0)).startsWith("java.lang.Thread.sleep");
    assertThat(dump.observation().jvm().jdk()).isEqualTo("25.0.3");
    assertThat(dump.observation().jvm().pid()).isPositive();
    assertThat(dump.observation().limits()).isEmpty();
  }

  @Test
  void givenTwoDumpsOfOneJvm_whenRead_thenTheSameWaitsAreRecognisedAndNoProgressIsRuledOut() {
    Dump first = dump(Fixture.text("virtual-25.json"));
    Dump later = dump(Fixture.text("virtual-25-later.json"));

    assertThat(waitOf(first, "post")).isEqualTo(waitOf(later, "post"));
    assertThat(waitOf(first, "post").isStill(waitOf(later, "post"))).isFalse();
    assertThat(first.jvmKey()).isEqualTo(later.jvmKey());
    assertThat(first.observation().time()).isBefore(later.observation().time());
  }

  @Test
  void givenAThreadInObjectWait_whenRead_thenItDoesNotHoldTheMonitorItGaveUp() {
    Dump dump =
        json25(
            """
            {"tid":"1","name":"waiter","state":"WAITING","waitingOn":"shop.Bell@a",
             "stack":["java.base\\/java.lang.Object.wait0(Native Method)","app\\/\\/shop.Till.rest(Till.java:3)"],
             "monitorsOwned":[{"depth":1,"locks":["shop.Bell@a",null]}]},
            {"tid":"2","name":"guest","state":"BLOCKED","blockedOn":"shop.Bell@a",
             "stack":["shop.Till.ring(Till.java:9)"]}
            """);

    assertThat(thread(dump, "waiter").stack())
        .containsExactly("java.lang.Object.wait0(Native Method)", "shop.Till.rest(Till.java:3)");
    assertThat(waitedFor(dump, "waiter").kind()).isEqualTo(ResourceKind.NOTIFICATION);
    assertThat(waitedFor(dump, "guest").release()).isEqualTo(new Release.Unknown());
  }

  @Test
  void givenAThreadThatReentersAfterWaitWithoutBlockedOn_whenRead_thenItsMonitorsOwnerIsFound() {
    Dump dump =
        json25(
            """
            {"tid":"1","name":"woken","state":"BLOCKED",
             "stack":["java.base\\/java.lang.Object.wait0(Native Method)","shop.Till.rest(Till.java:3)"],
             "monitorsOwned":[{"depth":1,"locks":["shop.Bell@a"]}]},
            {"tid":"2","name":"owner","state":"RUNNABLE","stack":["shop.Till.ring(Till.java:9)"],
             "monitorsOwned":[{"depth":0,"locks":["shop.Bell@a"]}]}
            """);

    assertThat(holder(dump, "woken")).isEqualTo("owner");
  }

  @Test
  void givenOwnersAndNumbersOfJdk26_whenRead_thenTheLocksHolderIsKnown() {
    Dump dump =
        dump(
            FORMAT.formatted(
                "\"formatVersion\":2,\"processId\":4711,",
                "26.0.1+1",
                """
                {"tid":22,"name":"one","state":"WAITING","virtual":true,"stack":["shop.Till.a(Till.java:1)"],
                 "parkBlocker":{"object":"java.util.concurrent.locks.ReentrantLock$NonfairSync@b","owner":23}},
                {"tid":23,"name":"two","state":"TIMED_WAITING","virtual":true,"stack":["shop.Till.b(Till.java:1)"],
                 "parkBlocker":{"object":"java.util.concurrent.locks.ReentrantLock$NonfairSync@c","owner":22}}
                """,
                "2"));

    assertThat(dump.observation().jvm().pid()).isEqualTo(4711);
    assertThat(waitedFor(dump, "one").release()).isEqualTo(Release.owner(23));
    assertThat(waitedFor(dump, "one").kind()).isEqualTo(ResourceKind.REENTRANT_LOCK);
    assertThat(waitOf(dump, "two").timed()).isTrue();
    assertThat(knotted(dump)).as("a timed wait ends").isEmpty();
    assertThat(dump.observation().limits()).isEmpty();
  }

  @Test
  void givenALockWhoseOwnerJdk25DoesNotTell_whenRead_thenSaysSo() {
    Dump dump =
        json25(
            """
            {"tid":"22","name":"one","state":"WAITING","stack":["java.util.concurrent.locks.ReentrantLock.lock(R.java:1)"],
             "parkBlocker":{"object":"java.util.concurrent.locks.ReentrantLock$NonfairSync@b"}}
            """);

    assertThat(waitedFor(dump, "one").release()).isEqualTo(new Release.Unknown());
    assertThat(dump.observation().limits())
        .containsExactly(
            "owners of java.util.concurrent locks: `jcmd 812 Thread.print -l` shows them");
  }

  @Test
  void givenJdk21WithoutStates_whenRead_thenNothingIsClaimedOfThem() {
    Dump dump =
        dump(
            FORMAT.formatted(
                "\"processId\":\"812\",",
                "21.0.5+11-LTS",
                "{\"tid\":\"22\",\"name\":\"one\",\"stack\":[\"shop.Till.a(Till.java:1)\"]}",
                "\"1\""));

    assertThat(thread(dump, "one").state()).isEqualTo(ThreadState.UNKNOWN);
    assertThat(dump.observation().limits())
        .containsExactly(
            "states and locks of threads: this form has none up to JDK 23, `jcmd 812 Thread.print"
                + " -l` shows them");
  }

  @Test
  void givenACutAnywhere_whenRead_thenKeepsTheThreadsBeforeIt() {
    byte[] whole = Fixture.bytes("virtual-25.json");
    Dump full = dump(Fixture.text("virtual-25.json"));
    Set<Integer> counts = new HashSet<>();
    int head = new String(whole, StandardCharsets.UTF_8).indexOf("threadContainers");
    for (int length = head; length < whole.length - 10; length += 17) {
      DumpFile file = Fixture.read(Arrays.copyOf(whole, length));

      assertThat(file.form()).isEqualTo(DumpForm.TO_FILE_JSON);
      Dump dump = file.dumps().get(0);
      assertThat(dump.truncated()).isTrue();
      assertThat(dump.observation().time()).isEqualTo(full.observation().time());
      assertThat(full.observation().threads())
          .extracting(ObservedThread::id)
          .containsAll(dump.observation().threads().stream().map(ObservedThread::id).toList());
      counts.add(dump.threadCount());
    }
    assertThat(counts).hasSizeGreaterThanOrEqualTo(full.threadCount());
  }

  @Test
  void givenAThreadThatIsNoObject_whenRead_thenTheOthersAreKept() {
    Dump dump =
        json25(
            """
            {"tid":"1","name":"one","stack":[],"state":"RUNNABLE"}, 7, "x", {"name":"no id"},
            {"tid":"2","name":"two","stack":"none","parkBlocker":3,"monitorsOwned":{"locks":[[]]},
             "unknown":{"deep":[1]}}
            """);

    assertThat(dump.observation().threads()).extracting(ObservedThread::name).contains("one");
  }

  @Test
  void givenJsonThatIsNoDump_whenRead_thenHasNoDumps() {
    DumpFile file = Fixture.read("{\"level\":\"info\"}\n".getBytes(StandardCharsets.UTF_8));

    assertThat(file.form()).isEqualTo(DumpForm.UNKNOWN);
    assertThat(file.dumps()).isEmpty();
    assertThat(file.firstLine()).isEqualTo("{\"level\":\"info\"}");
  }

  @Test
  void givenADumpWithoutATime_whenRead_thenTakesTheGivenOne() {
    Dump dump = dump("{\"threadDump\":{\"threadContainers\":[]}}");

    assertThat(dump.timeKnown()).isFalse();
    assertThat(dump.observation().time()).isEqualTo(Instant.EPOCH);
    assertThat(dump.observation().threads()).isEqualTo(List.of());
  }

  private static Dump json25(String threads) {
    return dump(FORMAT.formatted("\"processId\":\"812\",", "25.0.3+9-LTS", threads, "\"2\""));
  }
}
