package dev.unpark.dumps;

import static dev.unpark.dumps.Fixture.dump;
import static dev.unpark.dumps.Fixture.waitOf;
import static dev.unpark.dumps.Fixture.waitedFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whom the owner of a StructuredTaskScope waits for. */
class SubtasksTest {
  private static final String JOINS =
      """
      {"tid":"%d","name":"%s","state":"WAITING","stack":[
       "java.base\\/jdk.internal.misc.Unsafe.park(Native Method)",
       "java.base\\/java.util.concurrent.locks.LockSupport.park(LockSupport.java:369)",
       "java.base\\/jdk.internal.misc.ThreadFlock.awaitAll(ThreadFlock.java:305)",
       "java.base\\/java.util.concurrent.StructuredTaskScopeImpl.join(StructuredTaskScopeImpl.java:243)",
       "shop.Checkout.run(Checkout.java:13)"]}
      """;

  private static final String SUBTASK =
      """
      {"tid":"%d","name":"","state":"BLOCKED","virtual":true,"stack":["shop.Price.of(Price.java:9)"]}
      """;

  private static final String FORMAT =
      """
      {"threadDump":{"processId":"7","time":"2026-01-05T10:00:00Z","runtimeVersion":"25.0.3+9-LTS",
      "threadContainers":[
      {"container":"<root>","parent":null,"owner":null,"threads":[%s],"threadCount":"1"},
      %s]}}
      """;

  private static final String TEXT =
      """
      7
      2026-01-05T10:00:00Z
      25.0.3+9-LTS

      """;

  private static final String OWNER_IN_TEXT =
      """
      #21 "checkout" WAITING 2026-01-05T10:00:00.1Z
          at java.base/java.util.concurrent.locks.LockSupport.park(LockSupport.java:369)
          at java.base/jdk.internal.misc.ThreadFlock.awaitAll(ThreadFlock.java:305)
          at shop.Checkout.run(Checkout.java:13)

      """;

  private static final String SUBTASK_IN_TEXT =
      """
      #%d "" virtual RUNNABLE 2026-01-05T10:00:00.1Z
          at shop.Price.of(Price.java:9)
          at java.base/java.util.concurrent.StructuredTaskScopeImpl$SubtaskImpl.run(StructuredTaskScopeImpl.java:325)

      """;

  private static String scope(String name, String parent, int owner, int announced, int... tids) {
    StringBuilder threads = new StringBuilder();
    for (int tid : tids) {
      threads.append(threads.length() == 0 ? "" : ",").append(SUBTASK.formatted(tid));
    }
    return """
        {"container":"%s","parent":"%s","owner":"%d","threads":[%s],"threadCount":"%d"}"""
        .formatted(name, parent, owner, threads, announced);
  }

  private static Release releaseIn(String json) {
    return waitedFor(dump(json), "checkout").release();
  }

  @Test
  void givenTheOwnerOfAScopeThatJoins_whenRead_thenItWaitsForItsSubtasks() {
    Dump dump =
        dump(
            FORMAT.formatted(
                JOINS.formatted(21, "checkout"), scope("S@1", "<root>", 21, 2, 31, 32)));

    Resource scope = waitedFor(dump, "checkout");
    assertThat(scope.kind()).isEqualTo(ResourceKind.THREAD_END);
    assertThat(scope.className()).isEqualTo("java.util.concurrent.StructuredTaskScope");
    assertThat(scope.release())
        .isEqualTo(
            new Release.Believed(Set.of(31L, 32L), "they are the subtasks that it waits for"));
    assertThat(waitOf(dump, "checkout").timed()).isFalse();
  }

  @Test
  void givenScopesInOneAnother_whenRead_thenTheInnermostIsJoined() {
    String scopes =
        scope("S@1", "<root>", 21, 1, 31)
            + ','
            + scope("S@2", "S@1", 21, 1, 32)
            + ','
            + scope("S@3", "S@2", 32, 1, 33);

    assertThat(releaseIn(FORMAT.formatted(JOINS.formatted(21, "checkout"), scopes)))
        .isEqualTo(new Release.Believed(Set.of(32L), "they are the subtasks that it waits for"));
  }

  @Test
  void givenAScopeWhoseThreadsAreNotAllListed_whenRead_thenNobodyKnowsWhoEndsTheWait() {
    assertThat(
            releaseIn(
                FORMAT.formatted(
                    JOINS.formatted(21, "checkout"), scope("S@1", "<root>", 21, 5, 31))))
        .isEqualTo(new Release.Unknown());
  }

  @Test
  void givenNoSubtaskIsLeft_whenRead_thenTheOwnerIsAboutToGoOn() {
    assertThat(
            releaseIn(
                FORMAT.formatted(JOINS.formatted(21, "checkout"), scope("S@1", "<root>", 21, 0))))
        .isEqualTo(new Release.Unknown());
  }

  @Test
  void givenPlainTextThatListsNoScopes_whenRead_thenEverySubtaskMayEndTheWait() {
    Dump dump =
        dump(TEXT + OWNER_IN_TEXT + SUBTASK_IN_TEXT.formatted(31) + SUBTASK_IN_TEXT.formatted(32));

    assertThat(waitedFor(dump, "checkout").release())
        .isEqualTo(
            new Release.Believed(Set.of(31L, 32L), "they are the subtasks that it waits for"));
  }

  @Test
  void givenPlainTextWithVeryManySubtasks_whenRead_thenTheOtherFormIsRecommended() {
    StringBuilder text = new StringBuilder(TEXT + OWNER_IN_TEXT);
    for (int i = 0; i < 300; i++) {
      text.append(SUBTASK_IN_TEXT.formatted(100 + i));
    }
    Dump dump = dump(text.toString());

    assertThat(waitedFor(dump, "checkout").release()).isEqualTo(new Release.Unknown());
    assertThat(dump.observation().limits())
        .contains(
            "whose subtasks are whose: `jcmd 7 Thread.dump_to_file -format=json FILE` shows it");
  }

  @Test
  void givenHotSpotsText_whenRead_thenSubtasksAreNotAllSeen() {
    Dump dump =
        dump(
            """
            Full thread dump OpenJDK 64-Bit Server VM (25.0.3+9-LTS mixed mode, sharing):

            "checkout" #21 [9] prio=5 os_prio=0 cpu=1.00ms elapsed=2.00s tid=0x00007f1 nid=9 waiting on condition  [0x00007f2]
               java.lang.Thread.State: WAITING (parking)
            \tat java.util.concurrent.locks.LockSupport.park(java.base@25.0.3/LockSupport.java:369)
            \tat jdk.internal.misc.ThreadFlock.awaitAll(java.base@25.0.3/ThreadFlock.java:305)
            \tat shop.Checkout.run(Checkout.java:13)

            JNI global refs: 21, weak refs: 0
            """);

    assertThat(waitedFor(dump, "checkout").release()).isEqualTo(new Release.Unknown());
  }
}
