package dev.unpark.dumps;

import static dev.unpark.dumps.Fixture.holder;
import static dev.unpark.dumps.Fixture.waitOf;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which lock of one form is which of the other. */
class JoinedLocksTest {
  private static final String PRINT =
      """
      Full thread dump OpenJDK 64-Bit Server VM (25.0.3+9-LTS mixed mode):

      "one" #1 [9] prio=5 os_prio=0 cpu=1.50ms elapsed=2.00s tid=0x01 nid=9 waiting on condition [0x02]
         java.lang.Thread.State: WAITING (parking)
      \tat jdk.internal.misc.Unsafe.park(java.base@25/Native Method)
      \t- parking to wait for  <0xa1> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
      \tat java.util.concurrent.locks.ReentrantLock.lock(java.base@25/ReentrantLock.java:322)

      "two" #2 [9] prio=5 os_prio=0 cpu=1.50ms elapsed=2.00s tid=0x03 nid=9 waiting for monitor entry [0x04]
         java.lang.Thread.State: BLOCKED (on object monitor)
      \tat a.B.c(B.java:1)
      \t- waiting to lock <0xb1> (a a.Till)
      \t- locked <0xb2> (a a.Stock)

      JNI global refs: 1, weak refs: 0
      """;

  private static final String LOCK = "java.util.concurrent.locks.ReentrantLock$NonfairSync@";

  @Test
  void givenAVirtualOwnerThatOnlyTheFileKnows_whenJoined_thenThePlatformThreadWaitsForIt() {
    Dump joined =
        joined(
            waiting(2, "two", "BLOCKED", "\"blockedOn\": \"a.Till@1\""),
            virtual(
                30, "\"state\": \"RUNNABLE\", \"monitorsOwned\": [{\"locks\": [\"a.Till@1\"]}]"));

    assertThat(holder(joined, "two")).isEqualTo("v30");
  }

  @Test
  void givenAVirtualWaiter_whenJoined_thenWaitsForTheLockAsTheFirstFormNamesIt() {
    Dump joined =
        joined(
            "{\"tid\": \"2\", \"name\": \"two\", \"state\": \"BLOCKED\", \"blockedOn\": \"a.Till@1\", \"monitorsOwned\": [{\"locks\": [\"a.Stock@2\"]}]}",
            virtual(30, "\"state\": \"BLOCKED\", \"blockedOn\": \"a.Stock@2\""));

    assertThat(waitOf(joined, "v30").resource()).isEqualTo("0xb2");
    assertThat(holder(joined, "v30")).isEqualTo("two");
  }

  @Test
  void givenTwoThreadsThatContradictEachOther_whenJoined_thenTheLocksStayTwo() {
    String both =
        PRINT.substring(0, PRINT.indexOf("\"one\""))
            + blocked("one", 1, "0xb3")
            + blocked("two", 2, "0xb1")
            + "JNI global refs: 1, weak refs: 0\n";
    Dump joined =
        Join.of(
            Fixture.dump(both),
            file(
                waiting(1, "one", "BLOCKED", "\"blockedOn\": \"a.Till@1\""),
                waiting(2, "two", "BLOCKED", "\"blockedOn\": \"a.Till@1\""),
                virtual(30, "\"state\": \"BLOCKED\", \"blockedOn\": \"a.Till@1\"")));

    assertThat(waitOf(joined, "v30").resource()).isEqualTo("a.Till@1");
    assertThat(waitOf(joined, "one").resource()).isEqualTo("0xb3");
  }

  @Test
  void givenAVirtualThreadThatWaitsForALockOfUnknownOwner_whenJoined_thenSaysWhatIsMissing() {
    Dump joined =
        joined(
            virtual(
                30, "\"state\": \"WAITING\", \"parkBlocker\": {\"object\": \"" + LOCK + "5\"}"));

    assertThat(joined.observation().limits())
        .anyMatch(
            limit -> limit.startsWith("owners of java.util.concurrent locks that are virtual"));
  }

  @Test
  void givenAFileWithoutStates_whenJoined_thenSaysWhatIsMissing() {
    Dump joined = joined("{\"tid\": \"30\", \"name\": \"v30\", \"virtual\": true}");

    assertThat(joined.observation().limits())
        .contains("locks of virtual threads: no dump of this JDK has them, the agent does");
  }

  @Test
  void givenNoProcessorTimes_whenJoined_thenNoStandstillIsClaimed() {
    String print =
        PRINT.replace(" cpu=1.50ms", "")
            + "\n\"ForkJoinPool-1-worker-1\" #40 daemon prio=5 tid=0x09 nid=9 runnable [0x1]\n"
            + "   java.lang.Thread.State: RUNNABLE\n"
            + "\tat java.util.concurrent.ForkJoinWorkerThread.run(java.base@25/F.java:1)\n";
    Dump joined =
        Join.of(
            Fixture.dump(print.replace("JNI global refs: 1, weak refs: 0\n", "")),
            file(virtual(30, "\"state\": \"BLOCKED\", \"blockedOn\": \"a.Till@1\"")));

    assertThat(waitOf(joined, "v30").turn()).isEmpty();
  }

  private static String blocked(String name, int id, String lock) {
    return """
        "%s" #%d [9] prio=5 os_prio=0 cpu=1.50ms elapsed=2.00s tid=0x0%d nid=9 waiting for monitor entry [0x04]
           java.lang.Thread.State: BLOCKED (on object monitor)
        \tat a.B.c(B.java:1)
        \t- waiting to lock <%s> (a a.Till)

        """
        .formatted(name, id, id, lock);
  }

  private static String waiting(int id, String name, String state, String more) {
    return "{\"tid\": \"%d\", \"name\": \"%s\", \"state\": \"%s\", %s}"
        .formatted(id, name, state, more);
  }

  private static String virtual(int id, String more) {
    return "{\"tid\": \"%d\", \"name\": \"v%d\", \"virtual\": true, \"stack\": [], %s}"
        .formatted(id, id, more);
  }

  private static Dump joined(String... threads) {
    return Join.of(Fixture.dump(PRINT), file(threads));
  }

  private static Dump file(String... threads) {
    return Fixture.dump(
        "{\"threadDump\": {\"runtimeVersion\": \"25.0.3+9\", \"threadContainers\": [{\"threads\": [%s]}]}}"
            .formatted(String.join(",", threads)));
  }
}
