package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.Wait;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The forms that are made of ThreadInfo, made of the ThreadInfo of this very JVM. */
class JmxFormsTest {
  private final Object monitor = new Object();
  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);

  private final Thread holder = new Thread(this::hold, "form \"holder\"");
  private final Thread enters = new Thread(this::enter, "form\nenters");
  private final Thread locks = new Thread(this::lock, "form locks");

  @BeforeEach
  void start() throws InterruptedException {
    holder.start();
    held.await();
    enters.start();
    locks.start();
    while (enters.getState() != Thread.State.BLOCKED || locks.getState() != Thread.State.WAITING) {
      Thread.sleep(5);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    release.countDown();
    holder.join();
    enters.join();
    locks.join();
  }

  @Test
  void givenThreadInfoAsString_whenRead_thenOwnersAreKnown() throws IOException {
    StringBuilder text = new StringBuilder();
    for (ThreadInfo info : infos()) {
      text.append(info);
    }
    Dump dump = read(text.toString(), DumpForm.THREAD_INFO);

    assertOwnersAreKnown(dump);
    assertThat(dump.observation().jvm().jdk()).isEqualTo(runningJdk());
    assertThat(dump.observation().limits())
        .contains("frames behind the eighth of a stack: `jcmd PID Thread.print -l` shows them");
  }

  @Test
  void givenTwoLooksInOneFile_whenRead_thenAreTwoDumps() throws IOException {
    StringBuilder text = new StringBuilder("10:00:01 INFO  watchdog: threads follow\n");
    for (int look = 0; look < 2; look++) {
      for (ThreadInfo info : infos()) {
        text.append(info);
      }
      text.append("10:00:02 INFO  watchdog: that was all\n");
    }
    DumpFile file =
        Corpus.read(
            "log", new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));

    assertThat(file.dumps()).hasSize(2);
    assertThat(file.dumps()).allMatch(dump -> dump.unreadCount() == 0);
  }

  @Test
  void givenTheTextOfSpringBoot_whenRead_thenOwnersAreKnown() throws IOException {
    StringBuilder text = new StringBuilder("2026-01-05 10:00:00\n");
    text.append("Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):\n\n");
    for (ThreadInfo info : infos()) {
      text.append(bootText(info));
    }
    Dump dump = read(text.toString(), DumpForm.JMX_TEXT);

    assertOwnersAreKnown(dump);
    assertThat(dump.timeKnown()).isTrue();
    assertThat(dump.observation().jvm().jdk()).isEqualTo("17.0.1");
  }

  @Test
  void givenTextOfSpringBootAroundAPrintedDump_whenRead_thenAllAreRead() throws IOException {
    StringBuilder text = new StringBuilder("2026-01-05 10:00:00\n");
    text.append("Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):\n\n");
    for (ThreadInfo info : infos()) {
      text.append(bootText(info));
    }
    String printed =
        Files.readString(Path.of("src/test/resources/dev/unpark/dumps/monitors-17.txt"));
    String mixed = text + printed + text + text;
    DumpFile file =
        Corpus.read("x", new ByteArrayInputStream(mixed.getBytes(StandardCharsets.UTF_8)));

    assertThat(file.form()).isEqualTo(DumpForm.JMX_TEXT);
    assertThat(file.dumps()).hasSize(4);
    assertThat(file.dumps().get(1).reportedDeadlocks()).isNotEmpty();
    for (int boot : new int[] {0, 2, 3}) {
      assertOwnersAreKnown(file.dumps().get(boot));
    }
  }

  @Test
  void givenTheJsonOfSpringBoot_whenRead_thenOwnersAndTurnsAreKnown() throws IOException {
    Dump dump = read("{\"threads\":" + json() + "}", DumpForm.ACTUATOR_JSON);

    assertOwnersAreKnown(dump);
    assertThat(wait(dump, locks).turn()).startsWith("blocked and waited ");
  }

  @Test
  void givenTheArrayOfSpringBoot1_whenReadUpToACut_thenWhatIsThereIsRead() throws IOException {
    String json = json();
    Dump whole = read(json, DumpForm.ACTUATOR_JSON);
    Dump cut = read(json.substring(0, json.length() / 2), DumpForm.ACTUATOR_JSON);

    assertOwnersAreKnown(whole);
    assertThat(whole.truncated()).isFalse();
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.threadCount()).isBetween(1, whole.threadCount());
  }

  private void hold() {
    synchronized (monitor) {
      lock.lock();
      try {
        held.countDown();
        release.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      } finally {
        lock.unlock();
      }
    }
  }

  private void enter() {
    synchronized (monitor) {
      release.countDown();
    }
  }

  private void lock() {
    lock.lock();
    lock.unlock();
  }

  private static ThreadInfo[] infos() {
    return ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
  }

  private static String runningJdk() {
    String version = System.getProperty("java.version");
    int dash = version.indexOf('-');
    return dash < 0 ? version : version.substring(0, dash);
  }

  private void assertOwnersAreKnown(Dump dump) {
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.truncated()).isFalse();
    Release owner = Release.owner(holder.getId());
    Resource entered = resource(dump, enters);
    assertThat(entered.kind()).isEqualTo(ResourceKind.MONITOR);
    assertThat(entered.release()).isEqualTo(owner);
    Resource locked = resource(dump, locks);
    assertThat(locked.kind()).isEqualTo(ResourceKind.REENTRANT_LOCK);
    assertThat(locked.className()).isEqualTo("java.util.concurrent.locks.ReentrantLock");
    assertThat(locked.release()).isEqualTo(owner);
    assertThat(thread(dump, holder).name()).isEqualTo(holder.getName());
    assertThat(thread(dump, enters).name()).isEqualTo(enters.getName());
    assertThat(thread(dump, holder).stack())
        .anyMatch(frame -> frame.contains("JmxFormsTest.hold(") || frame.startsWith("java."));
  }

  private static ObservedThread thread(Dump dump, Thread thread) {
    return dump.observation().threads().stream()
        .filter(observed -> observed.id() == thread.getId())
        .findFirst()
        .orElseThrow();
  }

  private static Wait wait(Dump dump, Thread thread) {
    return Objects.requireNonNull(thread(dump, thread).currentWait());
  }

  private static Resource resource(Dump dump, Thread thread) {
    String id = wait(dump, thread).resource();
    return dump.observation().resources().stream()
        .filter(resource -> resource.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** One thread as Spring Boot 2 and 3 write it for {@code Accept: text/plain}. */
  private static String bootText(ThreadInfo info) {
    StringBuilder text = new StringBuilder();
    text.append("\"%s\" - Thread t@%d%n".formatted(info.getThreadName(), info.getThreadId()));
    text.append("   java.lang.Thread.State: %s%n".formatted(info.getThreadState()));
    LockInfo lock = info.getLockInfo();
    for (int depth = 0; depth < info.getStackTrace().length; depth++) {
      StackTraceElement frame = info.getStackTrace()[depth];
      text.append("\tat %s%n".formatted(frame));
      if (depth == 0 && lock != null) {
        if (frame.getMethodName().equals("wait")) {
          text.append("\t- waiting on %s%n".formatted(named(lock)));
        } else if (info.getLockOwnerName() != null) {
          text.append(
              "\t- waiting to lock %s owned by \"%s\" t@%d%n"
                  .formatted(named(lock), info.getLockOwnerName(), info.getLockOwnerId()));
        } else {
          text.append("\t- parking to wait for %s%n".formatted(named(lock)));
        }
      }
      for (MonitorInfo held : info.getLockedMonitors()) {
        if (held.getLockedStackDepth() == depth) {
          text.append("\t- locked %s%n".formatted(named(held)));
        }
      }
    }
    text.append("\n   Locked ownable synchronizers:\n");
    Arrays.stream(info.getLockedSynchronizers())
        .forEach(held -> text.append("\t- Locked %s%n".formatted(named(held))));
    return text.append(info.getLockedSynchronizers().length == 0 ? "\t- None\n\n" : "\n")
        .toString();
  }

  private static String named(LockInfo lock) {
    return "<%x> (a %s)".formatted(lock.getIdentityHashCode(), lock.getClassName());
  }

  /** The bean properties of ThreadInfo, as Jackson writes them for the actuator. */
  private static String json() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartArray();
      for (ThreadInfo info : infos()) {
        json.writeStartObject();
        json.writeStringField("threadName", info.getThreadName());
        json.writeNumberField("threadId", info.getThreadId());
        json.writeNumberField("blockedCount", info.getBlockedCount());
        json.writeNumberField("waitedCount", info.getWaitedCount());
        json.writeStringField("lockName", info.getLockName());
        json.writeNumberField("lockOwnerId", info.getLockOwnerId());
        json.writeStringField("threadState", info.getThreadState().name());
        json.writeArrayFieldStart("stackTrace");
        for (StackTraceElement frame : info.getStackTrace()) {
          json.writeStartObject();
          json.writeStringField("moduleName", frame.getModuleName());
          json.writeStringField("methodName", frame.getMethodName());
          json.writeStringField("fileName", frame.getFileName());
          json.writeNumberField("lineNumber", frame.getLineNumber());
          json.writeBooleanField("nativeMethod", frame.isNativeMethod());
          json.writeStringField("className", frame.getClassName());
          json.writeEndObject();
        }
        json.writeEndArray();
        locks(json, "lockedMonitors", info.getLockedMonitors());
        locks(json, "lockedSynchronizers", info.getLockedSynchronizers());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  private static void locks(JsonGenerator json, String key, LockInfo[] locks) throws IOException {
    json.writeArrayFieldStart(key);
    for (LockInfo lock : locks) {
      json.writeStartObject();
      json.writeStringField("className", lock.getClassName());
      json.writeNumberField("identityHashCode", lock.getIdentityHashCode());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static Dump read(String text, DumpForm form) throws IOException {
    DumpFile file =
        Corpus.read("x", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(file.form()).isEqualTo(form);
    assertThat(file.dumps()).hasSize(1);
    return file.dumps().get(0);
  }
}
