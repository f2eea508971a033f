package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
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
