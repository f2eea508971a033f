package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that no JDK and no Boot writes today, but may tomorrow, or somebody's tool did. */
class OddJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"stack\": \"none\"",
        "\"stack\": [1, null, {\"a\": []}, \"a.B.c(B.java:1)\"]",
        "\"parkBlocker\": \"a.B@1\"",
        "\"parkBlocker\": {\"object\": 7, \"more\": [1]}",
        "\"monitorsOwned\": {\"locks\": []}",
        "\"monitorsOwned\": [7, {\"depth\": 1, \"locks\": \"a.B@1\"}, {\"locks\": [[1], \"a.B@1\"]}]",
        "\"state\": 7, \"blockedOn\": null, \"waitingOn\": \"@\"",
        "\"virtual\": \"perhaps\", \"carrier\": {}"
      })
  void givenAFieldOfAnotherKind_whenRead_thenTheThreadIsKept(String field) {
    Dump dump =
        Fixture.dump(
            "{\"threadDump\": {\"formatVersion\": 2, \"threadContainers\": [3, {\"container\": null, \"threads\": [{\"tid\": 1, %s}, {\"tid\": 2}]}]}, \"more\": [1]}"
                .formatted(field));

    assertThat(dump.observation().threads()).extracting(ObservedThread::id).containsExactly(1L, 2L);
    assertThat(dump.truncated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "99999999999999999999",
        "-1e999",
        "\"1e999\"",
        "\"99999999999999999999\"",
        "1.5e300"
      })
  void givenANumberThatNothingCanHave_whenRead_thenCostsNoOtherThread(String number) {
    Dump dump =
        Fixture.dump(
            "{\"threadDump\": {\"processId\": %s, \"threadContainers\": [{\"owner\": %s, \"threads\": [{\"tid\": 1, \"carrier\": %s}, {\"tid\": 2}]}]}}"
                .formatted(number, number, number));

    assertThat(dump.observation().threads()).extracting(ObservedThread::id).containsExactly(1L, 2L);
    assertThat(dump.truncated()).isFalse();
    assertThat(dump.unreadCount()).isZero();
  }

  @Test
  void givenBytesThatAreNoUtf8AndHalfACharacter_whenRead_thenCostNoThread() {
    byte[] bytes =
        "{\"threadDump\": {\"threadContainers\": [{\"threads\": [{\"tid\": 1, \"name\": \"B\u00fcro\"}, {\"tid\": 2, \"name\": \"\\ud83d\"}]}]}}"
            .getBytes(StandardCharsets.ISO_8859_1);

    Dump dump = Fixture.read(bytes).dumps().get(0);

    assertThat(dump.observation().threads())
        .extracting(ObservedThread::name)
        .containsExactly("B\ufffdro", "\ud83d");
    assertThat(dump.truncated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void givenAByteOrderMark_whenRead_thenIsNoPartOfTheJson(String charset) {
    String json = "\ufeff{\"threadDump\": {\"threadContainers\": [{\"threads\": [{\"tid\": 1}]}]}}";

    Dump dump = Fixture.read(json.getBytes(Charset.forName(charset))).dumps().get(0);

    assertThat(dump.threadCount()).isEqualTo(1);
    assertThat(dump.truncated()).isFalse();
  }

  @Test
  void givenAListOfDumps_whenRead_thenEachCounts() {
    String one = "{\"threadDump\": {\"threadContainers\": [{\"threads\": [{\"tid\": 1}]}]}}";

    assertThat(
            Fixture.read(("[" + one + ",7," + one + "]").getBytes(StandardCharsets.UTF_8)).dumps())
        .extracting(Dump::threadCount)
        .containsExactly(1, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void givenAWholeDumpBehindACutOne_whenRead_thenIsNotLost(String end) {
    String whole = Fixture.text("virtual-25.json").replace("\n", end);

    List<Dump> dumps =
        Fixture.read(
                (whole.substring(0, whole.length() / 2) + "\n" + whole)
                    .getBytes(StandardCharsets.UTF_8))
            .dumps();

    assertThat(dumps).extracting(Dump::truncated).containsExactly(true, false);
    assertThat(dumps.get(1).threadCount()).isEqualTo(Fixture.dump(whole).threadCount());
  }

  @Test
  void givenDumpsWithoutALineEndBetweenThem_whenRead_thenEachCounts() {
    String whole = Fixture.text("virtual-25.json").strip();
    String boots =
        "{\n  \"threads\" : [ {\"threadName\":\"a\",\"threadId\":1,\"threadState\":\"RUNNABLE\"} ]\n}";

    assertThat(
            Fixture.read((whole + whole + boots + boots).getBytes(StandardCharsets.UTF_8)).dumps())
        .extracting(Dump::form)
        .containsExactly(
            DumpForm.TO_FILE_JSON,
            DumpForm.TO_FILE_JSON,
            DumpForm.ACTUATOR_JSON,
            DumpForm.ACTUATOR_JSON);
  }

  @Test
  void givenTheSameIdTwice_whenRead_thenBothThreadsCount() {
    Dump dump =
        Fixture.dump(
            "{\"threadDump\": {\"threadContainers\": [{\"threads\": [{\"tid\": 1, \"name\": \"a\"}, {\"tid\": 1, \"name\": \"b\"}]}]}}");

    assertThat(dump.threadCount()).isEqualTo(2);
    assertThat(dump.observation().threads()).extracting(ObservedThread::name).contains("a", "b");
  }

  @Test
  void givenJsonThatIsCutInAString_whenRead_thenWhatStandsBeforeIsKept() {
    Dump dump =
        Fixture.dump(
            "{\"threadDump\": {\"threadContainers\": [{\"threads\": [{\"tid\": 1, \"stack\": [\"a.B.c(B.java:1)\"]}, {\"tid\": 2, \"name\": \"cut he");

    assertThat(dump.truncated()).isTrue();
    assertThat(dump.observation().threads()).extracting(ObservedThread::id).contains(1L);
  }

  @Test
  void givenNothingButBracketsThatOpen_whenRead_thenTakesNoStack() {
    String deep = "{\"threadDump\": {\"threadContainers\": " + "[".repeat(1_000_000);

    assertThat(Fixture.read(deep.getBytes(StandardCharsets.UTF_8)).dumps())
        .allMatch(Dump::truncated);
  }

  @Test
  void givenTheNumbersOfFormatVersion2_whenRead_thenOwnersAreKnown() {
    Dump dump =
        Fixture.dump(
            """
            {"threadDump": {"formatVersion": 2, "processId": 9, "runtimeVersion": "27+1",
              "time": "2026-01-05T10:00:00Z", "threadContainers": [{"threadCount": 2, "threads": [
                {"tid": 1, "name": "a", "state": "WAITING", "virtual": true, "stack": [],
                 "parkBlocker": {"object": "java.util.concurrent.locks.ReentrantLock$NonfairSync@1f",
                                 "owner": 2}},
                {"tid": 2, "name": "b", "state": "RUNNABLE", "carrier": 5, "stack": []}]}]}}""");

    assertThat(dump.observation().jvm().pid()).isEqualTo(9);
    assertThat(Fixture.waitedFor(dump, "a").kind()).isEqualTo(ResourceKind.REENTRANT_LOCK);
    assertThat(Fixture.waitedFor(dump, "a").release()).isEqualTo(new Release.AllOf(Set.of(2L)));
  }

  @Test
  void givenBootsFieldsOfAnotherKind_whenRead_thenTheThreadsAreKept() {
    Dump dump =
        Fixture.dump(
            """
            {"more": {}, "threads": [7, {"threadName": "a", "threadId": 1, "threadState": "NONE",
               "blockedCount": "3", "waitedCount": {}, "lockName": "x", "lockOwnerId": null,
               "stackTrace": [1, {"className": "a.B", "methodName": "c", "fileName": null, "more": 1},
                              {"className": "a.B", "methodName": "d", "fileName": "B.java"},
                              {"className": "a.B", "methodName": "e", "nativeMethod": true}],
               "lockedMonitors": {"className": "a.B"},
               "lockedSynchronizers": [{"className": ""}, {"className": "a.B", "identityHashCode": -1},
                              {"className": "a.B", "identityHashCode": 31, "more": [1]}]},
              {"threadName": "nameless"}]}""");

    assertThat(dump.observation().threads())
        .extracting(ObservedThread::state)
        .containsExactly(ThreadState.UNKNOWN);
    assertThat(dump.observation().threads().get(0).stack())
        .containsExactly("a.B.c(Unknown Source)", "a.B.d(B.java)", "a.B.e(Native Method)");
    assertThat(dump.unreadLines())
        .extracting(UnreadLine::expected)
        .containsExactly("a thread with a \"threadId\"");
    assertThat(dump.observation().resources())
        .extracting(resource -> resource.id())
        .containsExactly("a.B@1f");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1, {\"threadName\"",
        "{\"threads\": [{\"threadName\": \"a\", \"threadId\": 1}",
        "[{\"threadName\": \"a\" oops"
      })
  void givenBootsJsonCut_whenRead_thenSaysSo(String json) {
    List<Dump> dumps = Fixture.read(json.getBytes(StandardCharsets.UTF_8)).dumps();

    assertThat(dumps).allMatch(Dump::truncated).isNotEmpty();
  }
}
