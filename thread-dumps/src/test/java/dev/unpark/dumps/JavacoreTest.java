package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JavacoreTest {
  private static final String HEAD =
      """
      0SECTION       TITLE subcomponent dump routine
      1TIDATETIMEUTC Date: 2024/11/18 at 18:28:13:330 (UTC)
      1TIDATETIME    Date: 2024/11/18 at 12:28:13:330
      1CIJAVAVERSION JRE 21 Mac OS X aarch64-64 (build 21.0.4+7-LTS)
      1CIPROCESSID   Process ID: 37560 (0x92B8)
      0SECTION       THREADS subcomponent dump routine
      1XMTHDINFO     All Thread Details
      3XMTHREADINFO      "say "a"" J9VMThread:0x0000000001, omrthread_t:0x02, java/lang/Thread:0x03, state:P, prio=5
      3XMJAVALTHREAD            (java/lang/Thread getId:0x1F, isDaemon:false)
      3XMCPUTIME               CPU usage total: 1.264468000 secs, current category="Application"
      """;

  private static final String OTHER =
      """
      3XMTHREADINFO      "b" J9VMThread:0x00000000FF, omrthread_t:0x05, java/lang/Thread:0x06, state:R, prio=5
      3XMJAVALTHREAD            (java/lang/Thread getId:0x20, isDaemon:false)
      3XMTHREADINFO3           Java callstack:
      4XESTACKTRACE                at shop/Till.<clinit>(Till.java:8(Compiled Code))
      5XESTACKTRACE                   (entered lock: java/lang/Object@0x00000000AA, entry count: 1)
      0SECTION       Javadump End section
      """;

  @Test
  void givenAParkedThread_whenRead_thenItsLockHasThePrintedOwner() throws IOException {
    Dump dump =
        read(
            HEAD
                + """
                3XMTHREADBLOCK     Parked on: java/util/concurrent/locks/ReentrantLock$NonfairSync@0x00000000BB Owned by: "b" (J9VMThread:0x00000000FF, java/lang/Thread:0x06)
                3XMTHREADINFO3           Java callstack:
                4XESTACKTRACE                at jdk/internal/misc/Unsafe.park(Native Method)
                4XESTACKTRACE                at java/util/concurrent/locks/ReentrantLock.lock(ReentrantLock.java:322(Compiled Code))
                """
                + OTHER);

    assertThat(dump.observation().jvm().jdk()).isEqualTo("21.0.4");
    assertThat(dump.observation().jvm().pid()).isEqualTo(37560);
    assertThat(dump.observation().time()).isEqualTo(Instant.parse("2024-11-18T18:28:13.330Z"));
    ObservedThread waiter = thread(dump, "say \"a\"");
    assertThat(waiter.id()).isEqualTo(31);
    assertThat(waiter.state()).isEqualTo(ThreadState.WAITING);
    assertThat(waiter.stack())
        .containsExactly(
            "jdk.internal.misc.Unsafe.park(Native Method)",
            "java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)");
    Resource lock = waitedFor(dump, waiter);
    assertThat(lock.kind()).isEqualTo(ResourceKind.REENTRANT_LOCK);
    assertThat(lock.release()).isEqualTo(Release.owner(32));
    assertThat(dump.truncated()).isFalse();
  }

  @Test
  void givenAThreadParkedForATime_whenRead_thenItsWaitEndsByItself() throws IOException {
    Dump dump =
        read(
            HEAD
                + """
                3XMTHREADBLOCK     Parked on: java/util/concurrent/locks/ReentrantLock$NonfairSync@0x00000000BB Owned by: "b" (J9VMThread:0x00000000FF, java/lang/Thread:0x06)
                4XESTACKTRACE                at java/util/concurrent/locks/LockSupport.parkNanos(LockSupport.java:252)
                """
                + OTHER);

    assertThat(Objects.requireNonNull(thread(dump, "say \"a\"").currentWait()).timed()).isTrue();
  }

  @Test
  void givenAWaitForAnInitializer_whenRead_thenTheInitializingThreadMustGoOn() throws IOException {
    Dump dump =
        read(
            HEAD
                + """
                3XMTHREADBLOCK     Waiting on: java/lang/J9VMInternals$ClassInitializationLock@0x00000000CC Owned by: <unowned> Initializing thread: "b" (J9VMThread:0x00000000FF, java/lang/Thread:0x06)
                4XESTACKTRACE                at java/lang/Object.waitImpl(Native Method)
                """
                + OTHER);

    assertThat(waitedFor(dump, thread(dump, "say \"a\"")).release()).isEqualTo(Release.owner(32));
  }

  @Test
  void givenUnmountedThreads_whenRead_thenTheirFramesAreTheirOwn() throws IOException {
    Dump dump =
        read(
            HEAD
                + OTHER.replaceFirst("0SECTION .*\n", "")
                + """
                1XMVTHDINFO    Unmounted Threads
                NULL           =================
                3XMVTHDINFO        "order-7" J9VMContinuation:0x0000000C6ACD5920, java/lang/Thread:0x00000003FFD8C168
                3XMVTHDINFO1             Type: Virtual
                3XMTHREADINFO3           Java callstack:
                4XESTACKTRACE                at jdk/internal/vm/Continuation.yieldImpl(Native Method)
                4XESTACKTRACE                at shop/Order.take(Order.java:31)
                3XMVTHDINFO        "ForkJoinPool-1-worker-1" [unmounted carrier] J9VMContinuation:0x0000010023CE46F0, java/lang/Thread:0x00000000E111E110
                3XMVTHDINFO1             Type: Carrier, J9VMThread:0x0000000030DC5400, java/lang/VirtualThread:0x00000000F8AD8CB8
                3XMTHREADINFO3           Java callstack:
                4XESTACKTRACE                at java/lang/VirtualThread.runContinuation(VirtualThread.java:216)
                0SECTION       Javadump End section
                """);

    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.threadCount()).isEqualTo(4);
    assertThat(thread(dump, "b").stack()).containsExactly("shop.Till.<clinit>(Till.java:8)");
    assertThat(thread(dump, "order-7").virtual()).isTrue();
    assertThat(thread(dump, "order-7").stack())
        .containsExactly(
            "jdk.internal.vm.Continuation.yieldImpl(Native Method)",
            "shop.Order.take(Order.java:31)");
    assertThat(thread(dump, "ForkJoinPool-1-worker-1").virtual()).isFalse();
  }

  @Test
  void givenALostEndAndATornLine_whenRead_thenBothAreSaid() throws IOException {
    Dump dump = read(HEAD + "3XMTHREADBLOCK     Blocked\n3XMTHREADINFO      \"b\" J9VMTh");

    assertThat(dump.truncated()).isTrue();
    assertThat(dump.unreadLines()).extracting(UnreadLine::line).containsExactly(11, 12);
  }

  private static ObservedThread thread(Dump dump, String name) {
    return dump.observation().threads().stream()
        .filter(thread -> thread.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Resource waitedFor(Dump dump, ObservedThread thread) {
    String id = Objects.requireNonNull(thread.currentWait()).resource();
    return dump.observation().resources().stream()
        .filter(resource -> resource.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static Dump read(String text) throws IOException {
    DumpFile file =
        Corpus.read(
            "javacore.txt", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(file.form()).isEqualTo(DumpForm.JAVACORE);
    return file.dumps().get(0);
  }
}
