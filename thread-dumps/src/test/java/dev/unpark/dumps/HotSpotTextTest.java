package dev.unpark.dumps;

import static dev.unpark.dumps.Fixture.dump;
import static dev.unpark.dumps.Fixture.holder;
import static dev.unpark.dumps.Fixture.knotted;
import static dev.unpark.dumps.Fixture.thread;
import static dev.unpark.dumps.Fixture.waitOf;
import static dev.unpark.dumps.Fixture.waitedFor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HotSpotTextTest {
  private static final String HEAD =
      "2026-01-05 10:00:00\nFull thread dump OpenJDK 64-Bit Server VM (17.0.9+9 mixed mode):\n\n";
  private static final String END = "\nJNI global refs: 4, weak refs: 0\n";

  @Test
  void givenTwoLocksTakenInOppositeOrder_whenRead_thenEachWaitsForTheOthersLock() {
    Dump dump = dump(Fixture.text("locks-17-l.txt"));

    assertThat(holder(dump, "transfer-1")).isEqualTo("transfer-2");
    assertThat(holder(dump, "transfer-2")).isEqualTo("transfer-1");
    assertThat(waitedFor(dump, "transfer-1").kind()).isEqualTo(ResourceKind.REENTRANT_LOCK);
    assertThat(waitedFor(dump, "transfer-1").className())
        .isEqualTo("java.util.concurrent.locks.ReentrantLock");
    assertThat(waitedFor(dump, "transfer-1").site())
        .isEqualTo("Hangs$Account.transferTo(Hangs.java:42)");
    assertThat(waitOf(dump, "transfer-1").timed()).isFalse();
    assertThat(thread(dump, "transfer-1").state()).isEqualTo(ThreadState.WAITING);
    assertThat(knotted(dump)).containsExactly("transfer-1", "transfer-2");
    assertThat(dump.observation().jvm().jdk()).isEqualTo("17.0.15");
    assertThat(dump.observation().limits()).isEmpty();
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.truncated()).isFalse();
  }

  @Test
  void givenADumpWithoutDashL_whenRead_thenTheJvmsSectionTellsTheOwners() {
    String printed = Fixture.text("locks-17.txt");
    Dump dump = dump(printed);
    Dump bare = dump(printed.substring(0, printed.indexOf("Found one Java-level deadlock")));

    assertThat(holder(dump, "transfer-1")).isEqualTo("transfer-2");
    assertThat(knotted(dump)).containsExactly("transfer-1", "transfer-2");
    assertThat(dump.observation().jvm().pid()).isPositive();
    assertThat(dump.reportedDeadlocks())
        .extracting(ReportedDeadlock::names)
        .containsExactly(List.of("transfer-1", "transfer-2"));
    assertThat(knotted(bare)).isEmpty();
    assertThat(waitedFor(bare, "transfer-1").release()).isEqualTo(new Release.Unknown());
    assertThat(bare.observation().limits())
        .containsExactly(
            "owners of java.util.concurrent locks: `jcmd %d Thread.print -l` shows them"
                .formatted(dump.observation().jvm().pid()));
  }

  @Test
  void givenClassesThatInitialiseEachOther_whenRead_thenTheirInitialisersHoldThem() {
    Dump dump = dump(Fixture.text("class-initialization-17.txt"));

    assertThat(dump.reportedDeadlocks()).as("the JVM is silent").isEmpty();
    assertThat(waitedFor(dump, "catalogue").kind()).isEqualTo(ResourceKind.CLASS_INITIALIZATION);
    assertThat(waitedFor(dump, "catalogue").className()).endsWith("Hangs$Prices");
    assertThat(holder(dump, "catalogue")).isEqualTo("prices");
    assertThat(knotted(dump)).containsExactly("catalogue", "prices");
  }

  @Test
  void givenAThreadThatOnlyQueuesBehindARing_whenRead_thenIsNoPartOfIt() {
    Dump dump = dump(Fixture.text("monitors-17.txt"));

    assertThat(knotted(dump)).containsExactly("post", "settle");
    assertThat(thread(dump, "report").state()).isEqualTo(ThreadState.BLOCKED);
    assertThat(holder(dump, "report")).isEqualTo("post");
  }

  @Test
  void givenWaitsThatCanEnd_whenRead_thenNothingIsKnotted() {
    Dump dump = dump(Fixture.text("long-hold-17-l.txt"));

    assertThat(knotted(dump)).isEmpty();
    assertThat(holder(dump, "queued")).isEqualTo("holder");
    assertThat(waitedFor(dump, "waiter").kind()).isEqualTo(ResourceKind.NOTIFICATION);
    assertThat(waitedFor(dump, "waiter").release()).isEqualTo(new Release.Unknown());
    assertThat(thread(dump, "holder").currentWait()).as("sleeps").isNull();
  }

  @Test
  void givenAThreadInObjectWait_whenRead_thenItDoesNotHoldTheMonitorItGaveUp() {
    Dump dump =
        dump(
            HEAD
                + parked("waiter", 11, "in Object.wait()", "WAITING (on object monitor)")
                + "\tat java.lang.Object.wait(java.base@17.0.9/Native Method)\n"
                + "\t- waiting on <0x0a> (a shop.Bell)\n"
                + "\tat shop.Till.rest(Till.java:3)\n"
                + "\t- locked <0x0a> (a shop.Bell)\n"
                + "\t- locked <0x0b> (a shop.Door)\n\n"
                + parked("guest", 12, "waiting for monitor entry", "BLOCKED (on object monitor)")
                + "\tat shop.Till.ring(Till.java:9)\n"
                + "\t- waiting to lock <0x0a> (a shop.Bell)\n\n"
                + parked("clerk", 13, "waiting for monitor entry", "BLOCKED (on object monitor)")
                + "\tat shop.Till.open(Till.java:20)\n"
                + "\t- waiting to lock <0x0b> (a shop.Door)\n"
                + END);

    assertThat(waitedFor(dump, "guest").release()).isEqualTo(new Release.Unknown());
    assertThat(holder(dump, "clerk")).isEqualTo("waiter");
    assertThat(knotted(dump)).isEmpty();
  }

  @Test
  void givenAThreadThatReentersAfterWait_whenRead_thenItWaitsForTheMonitorsNewOwner() {
    Dump dump =
        dump(
            HEAD
                + parked("woken", 11, "in Object.wait()", "BLOCKED (on object monitor)")
                + "\tat java.lang.Object.wait(java.base@17.0.9/Native Method)\n"
                + "\t- waiting to re-lock in wait() <0x0a> (a shop.Bell)\n"
                + "\tat shop.Till.rest(Till.java:3)\n"
                + "\t- locked <0x0a> (a shop.Bell)\n\n"
                + parked("owner", 12, "runnable", "RUNNABLE")
                + "\tat shop.Till.ring(Till.java:9)\n"
                + "\t- locked <0x0a> (a shop.Bell)\n"
                + END);

    assertThat(waitedFor(dump, "woken").kind()).isEqualTo(ResourceKind.MONITOR);
    assertThat(holder(dump, "woken")).isEqualTo("owner");
  }

  @Test
  void givenAThreadThatSeemsToWaitForItself_whenRead_thenIsNoDeadlock() {
    Dump dump =
        dump(
            HEAD
                + parked("torn", 11, "waiting for monitor entry", "BLOCKED (on object monitor)")
                + "\tat shop.Till.ring(Till.java:9)\n"
                + "\t- waiting to lock <0x0a> (a shop.Bell)\n"
                + "\tat shop.Till.main(Till.java:3)\n"
                + "\t- locked <0x0a> (a shop.Bell)\n"
                + END);

    assertThat(waitedFor(dump, "torn").release()).isEqualTo(new Release.Unknown());
    assertThat(knotted(dump)).isEmpty();
  }

  @Test
  void givenTwoThreadsThatClaimOneMonitor_whenRead_thenNobodyIsBelieved() {
    String claim = "\tat shop.Till.ring(Till.java:9)\n\t- locked <0x0a> (a shop.Bell)\n\n";
    Dump dump =
        dump(
            HEAD
                + parked("one", 11, "runnable", "RUNNABLE")
                + claim
                + parked("two", 12, "runnable", "RUNNABLE")
                + claim
                + parked("guest", 13, "waiting for monitor entry", "BLOCKED (on object monitor)")
                + "\tat shop.Till.ring(Till.java:9)\n\t- waiting to lock <0x0a> (a shop.Bell)\n"
                + END);

    assertThat(waitedFor(dump, "guest").release()).isEqualTo(new Release.Unknown());
  }

  @Test
  void givenNamesThatImitateTheGrammar_whenRead_thenTheLastQuoteEndsThem() {
    Dump dump =
        dump(
            HEAD
                + parked("a\" #9 prio=5 tid=0x1 nid=0x2 runnable", 11, "runnable", "RUNNABLE")
                + "\tat shop.Till.main(Till.java:3)\n\n"
                + parked("line\nbreak", 12, "runnable", "RUNNABLE")
                + "\n"
                + parked("", 13, "runnable", "RUNNABLE")
                + "\n"
                + parked("tab\there", 14, "runnable", "RUNNABLE")
                + END);

    assertThat(dump.observation().threads())
        .extracting(ObservedThread::name)
        .containsExactly("a\" #9 prio=5 tid=0x1 nid=0x2 runnable", "line\nbreak", "", "tab\there");
    assertThat(dump.observation().threads())
        .extracting(ObservedThread::id)
        .containsExactly(11L, 12L, 13L, 14L);
    assertThat(dump.unreadLines()).isEmpty();
  }

  @Test
  void givenALineThatMeansNothing_whenRead_thenIsRecordedAndTheRestRead() {
    Dump dump =
        dump(
            HEAD
                + parked("one", 11, "runnable", "RUNNABLE")
                + "\tat shop.Till.main(Till.java:3)\n"
                + "10:00:00 INFO sold a book\n"
                + parked("two", 12, "runnable", "RUNNABLE")
                + END);

    assertThat(dump.unreadLines())
        .containsExactly(
            new UnreadLine(
                "a.dump", 7, "10:00:00 INFO sold a book", "a thread, a frame, a lock or a state"));
    assertThat(thread(dump, "one").evidence()).isEqualTo(new Evidence("a.dump", 4, 6));
    assertThat(thread(dump, "two").evidence()).isEqualTo(new Evidence("a.dump", 8, 9));
    assertThat(dump.threadCount()).isEqualTo(2);
  }

  @Test
  void givenALogWithTwoDumps_whenRead_thenOnlyTheyAreRead() {
    String one = parked("one", 11, "runnable", "RUNNABLE") + "\tat shop.Till.main(Till.java:3)\n";
    DumpFile file =
        Fixture.read(
            ("10:00 started\n"
                    + HEAD
                    + one
                    + END
                    + "10:01 sold\n\"quoted\" news\n"
                    + HEAD.replace("10:00:00", "10:00:10")
                    + one
                    + END
                    + "10:02 stopped\n")
                .getBytes());

    assertThat(file.form()).isEqualTo(DumpForm.HOTSPOT_TEXT);
    assertThat(file.dumps()).extracting(Dump::threadCount).containsExactly(1, 1);
    assertThat(file.dumps()).extracting(Dump::unreadCount).containsExactly(0, 0);
    assertThat(file.dumps())
        .extracting(dump -> dump.observation().time())
        .containsExactly(
            Instant.parse("2026-01-05T10:00:00Z"), Instant.parse("2026-01-05T10:00:10Z"));
    assertThat(file.dumps())
        .extracting(Dump::lines)
        .containsExactly(new Evidence("a.dump", 2, 9), new Evidence("a.dump", 12, 19));
  }

  @Test
  void givenALogPrefixBeforeEachLine_whenRead_thenIsTakenOff() {
    String printed = Fixture.text("monitors-17.txt");
    StringBuilder logged = new StringBuilder();
    int second = 10;
    for (String line : printed.split("\n", -1)) {
      logged.append("INFO | jvm 1 | 2026/01/05 10:00:").append(second++ % 50 + 10).append(" | ");
      logged.append(line).append('\n');
    }
    Dump dump = dump(logged.toString());

    assertThat(knotted(dump)).containsExactly("post", "settle");
    assertThat(dump.unreadLines()).isEmpty();
  }

  @Test
  void givenADumpWithoutItsEnd_whenRead_thenSaysHowMuchIsMissing() {
    String printed = Fixture.text("monitors-17.txt");
    Dump dump = dump(printed.substring(0, printed.indexOf("\"settle\"") + 200));

    assertThat(dump.truncated()).isTrue();
    assertThat(dump.observation().limits())
        .containsExactly(
            "the end of the dump: it announces %d Java threads and prints %d"
                .formatted(announced(printed), dump.observation().threads().size()));
    assertThat(dump.observation().threads()).extracting(ObservedThread::name).contains("post");
  }

  @Test
  void givenHiddenClassesWithOtherNumbers_whenRead_thenTheTurnIsTheSame() {
    String printed = waiting("cpu=1.02ms", "Till$$Lambda$15/0x00007f4c");

    assertThat(turn(printed)).isEqualTo(turn(waiting("cpu=1.02ms", "Till$$Lambda$7/0x00007fff")));
    assertThat(turn(printed)).isEqualTo(turn(waiting("cpu=1,02ms", "Till$$Lambda/0x00007fff")));
    assertThat(turn(printed)).isNotEqualTo(turn(waiting("cpu=1.02ms", "Desk$$Lambda$15/0x1")));
  }

  @Test
  void givenAThreadAtAMonitor_whenItOnlyWokeToLook_thenItsTurnIsTheSame() {
    String printed = waiting("cpu=545.68ms", "Till");

    assertThat(turn(printed)).isEqualTo(turn(waiting("cpu=545.72ms", "Till")));
    assertThat(turn(printed)).isNotEqualTo(turn(waiting("cpu=561.00ms", "Till")));
    assertThat(turn(printed)).isNotEqualTo(turn(waiting("cpu=5450.68ms", "Till")));
  }

  @Test
  void givenAParkedThread_whenItUsedTheProcessor_thenItsTurnDiffers() {
    String printed = Fixture.text("locks-17-l.txt");
    String went = printed.replaceAll("(\"transfer-1\".* cpu=\\d+\\.)\\d\\d", "$199");

    assertThat(waitOf(dump(went), "transfer-1").turn())
        .isNotEqualTo(waitOf(dump(printed), "transfer-1").turn());
    assertThat(waitOf(dump(went), "transfer-2").turn())
        .isEqualTo(waitOf(dump(printed), "transfer-2").turn());
  }

  @Test
  void givenJdk14WithoutStates_whenRead_thenTheStatusTells() {
    Dump dump =
        dump(
            "Full thread dump Java HotSpot(TM) Client VM (1.4.1_03-b02 mixed mode):\n\n"
                + "\"one\" prio=5 tid=0x17CA2D38 nid=0x179c waiting for monitor entry [190df..190e]\n"
                + "\tat shop.Till.a(Till.java:1)\n"
                + "\t- waiting to lock <04624230> (a java.lang.Object)\n"
                + "\t- locked <04624238> (a java.lang.Object)\n\n"
                + "\"two\" prio=5 tid=0x17CA2D40 nid=0x179d waiting for monitor entry [190df..190e]\n"
                + "\tat shop.Till.b(Till.java:1)\n"
                + "\t- waiting to lock <04624238> (a java.lang.Object)\n"
                + "\t- locked <04624230> (a java.lang.Object)\n\n"
                + "\"VM Thread\" prio=5 tid=0x17CA2D50 nid=0x179e runnable\n\n"
                + "<10:00> <Info> the server goes on\n");

    assertThat(knotted(dump)).containsExactly("one", "two");
    assertThat(dump.threadCount()).isEqualTo(3);
    assertThat(dump.observation().threads()).hasSize(2);
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.truncated()).isFalse();
  }

  @Test
  void givenACarrierWithItsVirtualThread_whenRead_thenBothAreThreads() {
    Dump dump =
        dump(
            HEAD.replace("17.0.9+9", "25.0.3+9")
                + "\"ForkJoinPool-1-worker-1\" #30 [77] daemon prio=5 os_prio=0 cpu=1ms elapsed=2s"
                + " tid=0x00007f01  [0x00007f02]\n"
                + "   Carrying virtual thread #29\n"
                + "\tat jdk.internal.vm.Continuation.run(java.base@25.0.3/Continuation.java:251)\n"
                + "   Mounted virtual thread #29\n"
                + "\tat shop.Till.ring(Till.java:9)\n"
                + "\t- locked <0x0a> (a shop.Bell)\n\n"
                + parked("guest", 31, "waiting for monitor entry", "BLOCKED (on object monitor)")
                + "\tat shop.Till.ring(Till.java:9)\n\t- waiting to lock <0x0a> (a shop.Bell)\n"
                + END);

    ObservedThread virtual =
        dump.observation().threads().stream().filter(ObservedThread::virtual).findFirst().get();
    assertThat(virtual.id()).isEqualTo(29);
    assertThat(waitedFor(dump, "guest").release()).isEqualTo(Release.owner(29));
    assertThat(thread(dump, "ForkJoinPool-1-worker-1").stack())
        .containsExactly("jdk.internal.vm.Continuation.run(Continuation.java:251)");
    assertThat(dump.threadCount()).isEqualTo(2);
  }

  private static String parked(String name, int id, String status, String state) {
    return "\"%s\" #%d prio=5 os_prio=0 cpu=0.67ms elapsed=2.52s tid=0x00007f%04x nid=0x%x %s  [0x01]\n   java.lang.Thread.State: %s\n"
        .formatted(name, id, id, id, status, state);
  }

  private static String waiting(String cpu, String hidden) {
    return HEAD
        + parked("one", 11, "waiting for monitor entry", "BLOCKED (on object monitor)")
            .replace("cpu=0.67ms", cpu)
        + "\tat shop.Till.ring(Till.java:9)\n\t- waiting to lock <0x0a> (a shop.Bell)\n"
        + "\tat shop."
        + hidden
        + ".run(Unknown Source)\n"
        + END;
  }

  private static String turn(String printed) {
    return waitOf(dump(printed), "one").turn();
  }

  private static int announced(String printed) {
    String length = printed.substring(printed.indexOf("length=") + 7);
    return Integer.parseInt(length.substring(0, length.indexOf(',')));
  }
}
