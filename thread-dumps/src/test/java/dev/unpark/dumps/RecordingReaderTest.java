package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.diagnosis.model.ResourceKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that this JVM makes of itself. */
class RecordingReaderTest {
  private static final Duration HELD = Duration.ofMillis(60);

  @TempDir static Path directory;

  private static Path file = Path.of("");

  private final Object monitor = new Object();
  private final ReentrantLock lock = new ReentrantLock();

  @BeforeAll
  static void record() throws Exception {
    file = directory.resolve("till.jfr");
    try (jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
      recording.enable("jdk.JavaMonitorEnter").withThreshold(Duration.ofMillis(5)).withStackTrace();
      recording.enable("jdk.JavaMonitorWait").withThreshold(Duration.ofMillis(1)).withStackTrace();
      recording.enable("jdk.ThreadPark").withThreshold(Duration.ofMillis(1)).withStackTrace();
      recording.enable("jdk.ThreadSleep").withThreshold(Duration.ofMillis(1)).withStackTrace();
      recording.enable("jdk.ThreadDump").with("period", "beginChunk");
      for (String name : List.of("ThreadStart", "ThreadEnd", "JVMInformation", "ActiveSetting")) {
        recording.enable("jdk." + name);
      }
      recording.disable("jdk.VirtualThreadPinned");
      recording.start();
      new RecordingReaderTest().contend();
      recording.stop();
      recording.dump(file);
    }
  }

  private void contend() throws InterruptedException {
    whileHeld("till-7", this::enter);
    whileHeld("stock-3", this::lock);
    synchronized (monitor) {
      monitor.wait(20);
    }
    Thread.sleep(20);
    new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
    new Semaphore(0).tryAcquire(20, TimeUnit.MILLISECONDS);
    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    Thread sleeper = new Thread(() -> LockSupport.parkNanos(HELD.toNanos()));
    sleeper.start();
    sleeper.join();
  }

  /** This thread waits for what that thread holds. */
  private static void whileHeld(String name, Consumer<Runnable> guarded)
      throws InterruptedException {
    Thread waiter = Thread.currentThread();
    CountDownLatch held = new CountDownLatch(1);
    Runnable hold =
        () -> {
          held.countDown();
          while (waiter.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
          }
          LockSupport.parkNanos(HELD.toNanos());
        };
    Thread owner = new Thread(() -> guarded.accept(hold), name);
    owner.start();
    held.await();
    guarded.accept(() -> {});
    owner.join();
  }

  private void enter(Runnable inside) {
    synchronized (monitor) {
      inside.run();
    }
  }

  private void lock(Runnable inside) {
    lock.lock();
    try {
      inside.run();
    } finally {
      lock.unlock();
    }
  }

  @Test
  void givenContention_whenRead_thenAddsUpWaitsByLockPlaceAndOwner() throws IOException {
    Recording recording = read(file);

    assertThat(recording.locks())
        .extracting(RecordedWaits::kind, RecordedWaits::className)
        .contains(
            Tuple.tuple(ResourceKind.MONITOR, "java.lang.Object"),
            Tuple.tuple(ResourceKind.REENTRANT_LOCK, "java.util.concurrent.locks.ReentrantLock"));
    assertThat(recording.sites())
        .filteredOn(waits -> waits.kind() == ResourceKind.MONITOR)
        .first()
        .satisfies(
            waits -> {
              assertThat(waits.site())
                  .contains("RecordingReaderTest.enter(RecordingReaderTest.java:");
              assertThat(waits.longestThread()).isEqualTo(Thread.currentThread().getName());
              assertThat(waits.total()).isGreaterThan(Duration.ofMillis(1));
              assertThat(waits.longest()).isEqualTo(waits.total());
              assertThat(waits.stack()).anyMatch(frame -> frame.contains(".contend("));
              assertThat(waits.threads()).isEqualTo(1);
            });
    assertThat(recording.owners()).extracting(RecordedWaits::owner).contains("till-7");
    assertThat(recording.signals())
        .filteredOn(waits -> waits.kind() == ResourceKind.NOTIFICATION)
        .anySatisfy(waits -> assertThat(waits.timedOut()).isEqualTo(1));
    assertThat(recording.signals())
        .extracting(RecordedWaits::kind)
        .contains(ResourceKind.LATCH, ResourceKind.THREAD_END, ResourceKind.OTHER);
    assertThat(recording.locks()).extracting(RecordedWaits::kind).contains(ResourceKind.SEMAPHORE);
    assertThat(recording.sleeps())
        .anySatisfy(sleep -> assertThat(sleep.site()).contains("contend"));
  }

  @Test
  void givenARecording_whenRead_thenSaysOfWhomWhenAndWhatItLeavesOut() throws IOException {
    Recording recording = read(file);

    assertThat(recording.jvm().pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(recording.jvm().service()).isEqualTo("till");
    assertThat(recording.jvm().jdk()).isEqualTo(System.getProperty("java.version"));
    assertThat(recording.duration()).isBetween(HELD, Duration.ofMinutes(5));
    assertThat(recording.count("jdk.JavaMonitorEnter")).isPositive();
    assertThat(recording.eventCount()).isGreaterThan(recording.count("jdk.JavaMonitorEnter"));
    assertThat(recording.threads()).contains(new Recording.ThreadChurn("till-#", false, 1, 1));
    assertThat(recording.isTorn()).isFalse();
    assertThat(recording.limits())
        .anyMatch(limit -> limit.startsWith("waits for monitors shorter than 5 ms: "))
        .contains("waits that never ended: no event has them, thread dumps do");
  }

  @Test
  void givenThreadDumps_whenRead_thenAreObservationsOfTheMomentOfTheirEvent() throws IOException {
    Recording recording = read(file);

    assertThat(recording.dumps()).hasSize(1);
    Dump dump = recording.dumps().get(0);
    assertThat(dump.timeKnown()).isTrue();
    assertThat(dump.observation().time()).isBetween(recording.start(), recording.end());
    assertThat(dump.observation().jvm()).isEqualTo(recording.jvm());
    assertThat(dump.observation().threads())
        .anyMatch(thread -> thread.name().equals(Thread.currentThread().getName()));
    assertThat(dump.lines().source()).startsWith("till.jfr!/jdk.ThreadDump ");
  }

  @Test
  void givenARecordingOfAKilledJvm_whenRead_thenYieldsWhatWasFlushed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    // How Flight Recorder marks a chunk that it still writes.
    bytes[64] = 7;
    byte[] torn = Arrays.copyOf(bytes, bytes.length + 1000);

    Recording recording = read(write("killed.jfr", torn));

    assertThat(recording.isTorn()).isTrue();
    assertThat(recording.bytesTorn()).isEqualTo(1000);
    assertThat(recording.owners()).isEqualTo(read(file).owners());
    assertThat(recording.limits()).contains("the end of the recording: it is torn");
  }

  @Test
  void givenAWholeChunkBeforeATornOne_whenRead_thenYieldsTheWholeOne() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] twice = Arrays.copyOf(bytes, bytes.length + bytes.length / 2);
    System.arraycopy(bytes, 0, twice, bytes.length, bytes.length / 2);

    Recording recording =
        new RecordingReader(ZoneOffset.UTC).read("x", new ByteArrayInputStream(twice));

    assertThat(recording.bytesTorn()).isEqualTo(bytes.length / 2);
    assertThat(recording.owners()).isEqualTo(read(file).owners());
  }

  @Test
  void givenHalfAChunk_whenRead_thenIsRefusedWithAReason() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Path half = write("half.jfr", Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> read(half))
        .isInstanceOf(RefusedInput.class)
        .hasMessage("the flight recording is torn before the end of its first chunk");
  }

  @Test
  void givenARecordingOfOraclesJdk8_whenRead_thenNamesItsVersion() throws IOException {
    byte[] old = Files.readAllBytes(file);
    old[5] = 0;
    old[7] = 9;

    assertThatThrownBy(() -> read(write("old.jfr", old)))
        .isInstanceOfSatisfying(
            RefusedInput.class, refused -> assertThat(refused.found()).isEqualTo("version 0.9"));
  }

  @Test
  void givenNoRecording_whenRead_thenIsRefusedWithAReason() throws IOException {
    Path text = write("a.txt", "\"main\" #1".getBytes(StandardCharsets.UTF_8));
    Path empty = write("empty", new byte[0]);
    Path packed = write("a.jfr.gz", new byte[] {0x1f, (byte) 0x8b, 8, 0});

    assertThatThrownBy(() -> read(text)).isInstanceOf(RefusedInput.class);
    assertThatThrownBy(() -> read(packed))
        .isInstanceOfSatisfying(
            RefusedInput.class,
            refused -> assertThat(refused.tryNext()).isEqualTo("gzip -dk a.jfr.gz"));
    assertThatThrownBy(() -> read(empty))
        .isInstanceOfSatisfying(
            RefusedInput.class, refused -> assertThat(refused.found()).isEqualTo("nothing"));
  }

  private static Recording read(Path path) throws IOException {
    return new RecordingReader(ZoneOffset.UTC).read(String.valueOf(path.getFileName()), path);
  }

  private static Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }
}
