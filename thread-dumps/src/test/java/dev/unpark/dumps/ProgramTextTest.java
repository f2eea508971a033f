package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ThreadState;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads as servers, watchdogs, test frameworks, IDEs and Android print them. */
class ProgramTextTest {
  /** Two threads that hold what the other waits for, as each of them would print them. */
  static Stream<Arguments> rings() {
    return Stream.of(
        Arguments.of(
            "hadoop",
            """
            Process Thread Dump: jsp requested
            2 active threads
            Thread 41 (till-1):
              State: BLOCKED
              Blocked count: 12
              Waited count: 30
              Blocked on shop.Till@6a2bcfcb
              Blocked by 42 (till-2)
              Stack:
                shop.Till.pay(Till.java:35)
                java.lang.Thread.run(Thread.java:748)
            Thread 42 (till-2):
              State: BLOCKED
              Blocked count: 3
              Waited count: 4
              Blocked time: -1
              Waited time: -1
              Blocked on shop.Shelf@1c2d3e
              Blocked by 41 (till-1)
              Stack:
                shop.Shelf.fill(Shelf.java:7)
            """),
        Arguments.of(
            "ignite",
            """
            Thread [name="till-1", id=103, state=BLOCKED, blockCnt=1, waitCnt=1]
                Lock [object=shop.Till@51e9ae0c, ownerName=till-2, ownerId=104]
                    at shop.Till.pay(Till.java:35)
            Thread [name="till-2", id=104, state=BLOCKED, blockCnt=1, waitCnt=1]
                Lock [object=shop.Shelf@51e9ae0d, ownerName=till-1, ownerId=103]
                    at shop.Shelf.fill(Shelf.java:7)
            """),
        Arguments.of(
            "dropwizard",
            """
            "till-1" id=21 state=BLOCKED
                - waiting to lock <0x0e4a7dd4> (a shop.Till)
                 owned by till-2 id=22
                at shop.Till.pay(Till.java:35)
                  - locked shop.Shelf@7ad041f3
                at java.lang.Thread.run(Thread.java:745)

                Locked synchronizers: count = 1
                  - java.util.concurrent.ThreadPoolExecutor$Worker@1f32e575

            "till-2" id=22 state=BLOCKED
                - waiting to lock <0x7ad041f3> (a shop.Shelf)
                at shop.Shelf.fill(Shelf.java:7)
                  - locked shop.Till@e4a7dd4
            """),
        Arguments.of(
            "tomcat",
            """
            Full thread dump Java HotSpot(TM) 64-Bit Server VM (25.60-b23 mixed mode):

            "till-1" Id=22 cpu=15600100 ns usr=15600100 ns blocked 3 for -1 ms waited 0 for -1 ms
               java.lang.Thread.State: BLOCKED
            \tlocks java.util.concurrent.ThreadPoolExecutor$Worker@1f32e575
            \tat shop.Till.pay(Till.java:35)
            \t- waiting on (a shop.Till@1e4a7dd4) owned by till-2 Id=23
            \tat java.lang.Thread.run(Thread.java:745)
            \t- locked (a shop.Shelf@77) index 1 frame java.lang.Thread.run(Thread.java:745)

            "till-2" Id=23 cpu=0 ns usr=0 ns blocked 3 for -1 ms waited 0 for -1 ms
               java.lang.Thread.State: BLOCKED
            \tat shop.Shelf.fill(Shelf.java:7)
            \t- waiting on (a shop.Shelf@77) owned by till-1 Id=22
            """),
        Arguments.of(
            "geode",
            """
            "till-1" tid=0x15 owned by "till-2" tid=0x16
               - locked synchronizer <0x153f5a29> (a java.util.concurrent.ThreadPoolExecutor$Worker)
               java.lang.Thread.State: BLOCKED
            \tat shop.Till.pay(Till.java:35)
            \t- waiting to lock <0x7ca48474> (a shop.Till)
            \t- locked <0x13a57a3b> (a shop.Shelf)

            "till-2" tid=0x16 owned by "till-1" tid=0x15
               java.lang.Thread.State: BLOCKED
            \tat shop.Shelf.fill(Shelf.java:7)
            \t- waiting to lock <0x13a57a3b> (a shop.Shelf)
            \t- locked <0x7ca48474> (a shop.Till)
            """),
        Arguments.of(
            "numbered",
            """
            "till-1" #56
               java.lang.Thread.State: BLOCKED
                    at shop.Till.pay(Till.java:35)
                    - waiting to lock shop.Till@39faacaf
                    at shop.Main.run(Main.java:9)
                    - locked on shop.Shelf@19484faf

            "till-2" #59
               java.lang.Thread.State: BLOCKED
                    at shop.Shelf.fill(Shelf.java:7)
                    - waiting to lock shop.Shelf@19484faf
                    - locked on shop.Till@39faacaf
            """),
        Arguments.of(
            "intellij",
            """
            "till-1" prio=0 tid=0x0 nid=0x0 blocked
                 java.lang.Thread.State: BLOCKED
             on shop.Till@5d1a0a owned by "till-2" Id=123
            \tat shop.Till.pay(Till.java:35)

            "till-2" prio=0 tid=0x0 nid=0x0 waiting on condition
                 java.lang.Thread.State: WAITING
             on java.util.concurrent.locks.ReentrantLock$NonfairSync@77 owned by "till-1" Id=50
            \tat java.base@17.0.6/jdk.internal.misc.Unsafe.park(Native Method)
            \tat java.base@17.0.6/java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)
            \tat shop.Shelf.fill(Shelf.java:7)
            """),
        Arguments.of(
            "android",
            """
            ----- pid 28941 at 2020-05-01 10:10:10 -----
            DALVIK THREADS (2):
            "till-1" prio=5 tid=1 Blocked
              | group="main" sCount=1 dsCount=0 flags=1 obj=0x72fd9cc8 self=0x7a0e0be000
              | held mutexes=
              at shop.Till.pay(Till.java:35)
              - waiting to lock <0x0c1f4a4d> (a shop.Till) held by thread 12
              at shop.Main.run(Main.java:9)

            "till-2" daemon prio=5 tid=12 Blocked
              native: #00 pc 000000000001bd8c  /system/lib64/libc.so (syscall+28)
              at shop.Shelf.fill(Shelf.java:7)
              - waiting to lock <0x0d1f4a4d> (a shop.Shelf) held by thread 1
              - locked <0x0c1f4a4d> (a shop.Till)

            ----- end 28941 -----
            """),
        Arguments.of(
            "watchdog",
            """
            Current Thread: till-1
                PID: 34 | Alive: true | State: BLOCKED | Daemon: true | Priority:5
                BLOCKED on shop.Till@33638ecd owned by "till-2" Id=35
                at shop.Till.pay(Till.java:35)
                -  blocked on shop.Till@33638ecd

            Current Thread: till-2
                PID: 35 | Alive: true | State: BLOCKED | Daemon: true | Priority:5
                BLOCKED on shop.Shelf@33638ece owned by "till-1" Id=34
                at shop.Shelf.fill(Shelf.java:7)
                -  blocked on shop.Shelf@33638ece
            """));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rings")
  void givenTwoThreadsThatWaitForEachOther_whenRead_thenTheRingIsSeen(String printer, String text) {
    Dump dump = Fixture.dump(text);

    assertThat(dump.form()).isEqualTo(DumpForm.PROGRAM_TEXT);
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.observation().threads()).hasSize(2);
    assertThat(Fixture.knotted(dump)).containsExactly("till-1", "till-2");
    assertThat(Fixture.thread(dump, "till-1").stack()).startsWith("shop.Till.pay(Till.java:35)");
    assertThat(dump.observation().limits()).isEmpty();
  }

  @Test
  void givenAWatchdogInALog_whenRead_thenEachThreadIsThereOnceAndTheLimitIsTold() {
    String thread =
        """
        Current Thread: Server thread
        \tPID: 17 | Suspended: false | Native: false | State: BLOCKED
        \tThread is waiting on monitor(s):
        \t\tLocked on:shop.Till.pay(Till.java:34)
        \tStack:
        \t\tapp//shop.Till.pay(Till.java:35)
        \t\tjava.base@16.0.2/java.lang.Thread.run(Thread.java:831)
        ------------------------------
        """;
    String log =
        ("The server has stopped responding!\n------------------------------\n"
                + thread
                + "Entire Thread Dump:\n------------------------------\n"
                + thread.replace("Server thread", "worker").replace("17 |", "18 |")
                + thread)
            .replaceAll("(?m)^(?=.)", "[23:48:24] [Watchdog Thread/ERROR]: ");

    Dump dump = Fixture.dump(log);

    assertThat(dump.observation().threads())
        .extracting(t -> t.name())
        .containsExactly("worker", "Server thread");
    assertThat(Fixture.thread(dump, "worker").state()).isEqualTo(ThreadState.BLOCKED);
    assertThat(Fixture.thread(dump, "worker").stack())
        .containsExactly("shop.Till.pay(Till.java:35)", "java.lang.Thread.run(Thread.java:831)");
    assertThat(dump.observation().jvm().jdk()).isEqualTo("16.0.2");
    assertThat(dump.observation().limits())
        .containsExactly(
            "which lock blocked threads wait for: `jcmd PID Thread.print -l` shows it");
  }

  @Test
  void givenLeakedThreadsOfATest_whenRead_thenTheirStatesAndStacksAreKnown() {
    Dump dump =
        Fixture.dump(
            """
            com.carrotsearch.randomizedtesting.ThreadLeakError: 2 threads leaked from SUITE scope:
               1) Thread[id=22, name=shop[till][T#1], state=WAITING, group=TGRP-Shop]
                    at jdk.internal.misc.Unsafe.park(Native Method)
                    at shop.Till.await(Till.java:5)
               2) Thread[id=23, name=b, state=RUNNABLE, group=TGRP-Shop]
                    at shop.Till.run(Till.java:9)
            """);

    assertThat(dump.observation().threads())
        .extracting(t -> t.name() + ' ' + t.state() + ' ' + t.stack().size())
        .containsExactly("shop[till][T#1] WAITING 2", "b RUNNABLE 1");
  }

  @Test
  void givenTheSameIdAgain_whenRead_thenAnotherDumpBegins() {
    String look = "Thread 7 (till):\n  State: WAITING\n  Stack:\n    shop.Till.pay(Till.java:35)\n";

    assertThat(Fixture.read((look + look).getBytes(StandardCharsets.UTF_8)).dumps()).hasSize(2);
  }

  @Test
  void givenLinesThatNoneKnows_whenRead_thenTheyAreUnreadAndTheRestIsRead() {
    Dump dump =
        Fixture.dump(
            """
            Thread 7 (till):
              State: WAITING
              Mood: bad
              Stack:
                shop.Till.pay(Till.java:35)
            "who is this" and what
                shop.Till.none(Till.java:1)
            Thread 8 (shelf):
              State: RUNNABLE
            and the log goes on
            """);

    assertThat(dump.observation().threads()).hasSize(2);
    assertThat(Fixture.thread(dump, "till").stack()).hasSize(1);
    assertThat(dump.unreadLines()).extracting(UnreadLine::line).containsExactly(3, 6);
  }

  @Test
  void givenTwoOwnersOfOneName_whenRead_thenTheOwnerIsUnknown() {
    String waiter =
        """
        "till" prio=0 tid=0x0 nid=0x0 blocked
             java.lang.Thread.State: BLOCKED
         on shop.Till@5d1a0a owned by "worker" Id=123
        \tat shop.Till.pay(Till.java:35)
        """;
    String worker =
        """
        "worker" prio=0 tid=0x0 nid=0x0 runnable
             java.lang.Thread.State: RUNNABLE
        \tat shop.Work.run(Work.java:1)
        """;

    assertThat(Fixture.holder(Fixture.dump(waiter + worker), "till")).isEqualTo("worker");
    assertThat(Fixture.waitedFor(Fixture.dump(waiter + worker + worker), "till").release())
        .isInstanceOf(Release.Unknown.class);
  }
}
