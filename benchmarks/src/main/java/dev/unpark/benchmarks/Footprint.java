package dev.unpark.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/**
 * How much memory a process takes: one with many threads and many places where they wait, and one
 * in which threads, pools, locks and class loaders come and go.
 */
public final class Footprint {
  private static final int THREADS = 200;
  private static final int SITES_OF_A_CLASS = 100;
  private static final int CHURNERS = 4;
  private static final String SITE_CLASS = "Sites";

  private static volatile byte[] garbage = {};

  private Footprint() {}

  /** A generated class with a hundred places to lock at. */
  public interface Sites {
    /** Locks and unlocks at the place of that number. */
    void lock(int site, ReentrantLock lock);
  }

  /**
   * {@code hold CLASSES SECONDS [stream]}, or {@code churn SECONDS}; prints kilobytes resident.
   * With {@code stream}, Flight Recorder streams what the agent would have it stream, and nothing
   * else is there.
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("hold")) {
      if (arguments.length > 3) {
        stream();
      }
      hold(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    } else {
      churn(Integer.parseInt(arguments[1]));
    }
    Runtime.getRuntime().halt(0);
  }

  private static void stream() {
    RecordingStream stream = new RecordingStream();
    for (String event : List.of("jdk.JavaMonitorEnter", "jdk.JavaMonitorWait")) {
      stream.enable(event).withThreshold(Duration.ofMillis(20)).withStackTrace();
      stream.onEvent(event, RecordedEvent::getStackTrace);
    }
    stream.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ofMillis(20));
    stream.setReuse(true);
    stream.setOrdered(false);
    stream.startAsync();
  }

  private static void hold(int classes, int seconds) throws Exception {
    Sites[] sites = new Sites[classes];
    ReentrantLock[] locks = new ReentrantLock[classes * SITES_OF_A_CLASS];
    for (int i = 0; i < classes; i++) {
      sites[i] = (Sites) Class.forName(SITE_CLASS + i).getDeclaredConstructor().newInstance();
    }
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new ReentrantLock();
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    CountDownLatch ended = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      int mine = i;
      Thread thread =
          new Thread(
              () -> {
                // Two by two they meet at one lock, for long enough to be seen there.
                for (int at = mine / 2; System.nanoTime() - end < 0; at++) {
                  int site = Math.floorMod(at * (THREADS / 2), locks.length);
                  site = (site + mine / 2) % locks.length;
                  // As every program: else whoever allocates first is charged for the young
                  // generation.
                  garbage = new byte[1024];
                  if (mine % 2 == 0) {
                    locks[site].lock();
                    LockSupport.parkNanos(20_000_000);
                    locks[site].unlock();
                  } else {
                    LockSupport.parkNanos(2_000_000);
                    sites[site / SITES_OF_A_CLASS].lock(site % SITES_OF_A_CLASS, locks[site]);
                    LockSupport.parkNanos(18_000_000);
                  }
                }
                ended.countDown();
              },
              "holder-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    ended.await();
    System.out.println(residentAfterCollection() + " " + heapUsed());
  }

  private static void churn(int seconds) throws Exception {
    byte[] classFile = readClass();
    AtomicLong turns = new AtomicLong();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (int i = 0; i < CHURNERS; i++) {
      Thread churner =
          new Thread(
              () -> {
                while (System.nanoTime() - end < 0) {
                  turn(turns.incrementAndGet(), classFile);
                }
              },
              "churner-" + i);
      churner.setDaemon(true);
      churner.start();
    }
    for (int part = 1; part <= 12; part++) {
      TimeUnit.MILLISECONDS.sleep(seconds * 1000L / 12);
      System.out.printf(
          "%d %d %d %d%n",
          turns.get(),
          residentAfterCollection(),
          heapUsed(),
          ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }
  }

  private static void turn(long number, byte[] classFile) {
    try {
      ReentrantLock lock = new ReentrantLock();
      lock.lock();
      Thread thread =
          new Thread(
              () -> {
                lock.lock();
                lock.unlock();
              });
      thread.start();
      LockSupport.parkNanos(50_000);
      lock.unlock();
      thread.join();
      if (number % 10 == 0) {
        ExecutorService pool = Executors.newFixedThreadPool(1);
        pool.submit(() -> number).get();
        pool.shutdown();
      }
      if (number % 100 == 0) {
        new OneClass(classFile).findClass("").getDeclaredConstructor().newInstance();
      }
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A loader that has one class of its own. */
  private static final class OneClass extends ClassLoader {
    private final byte[] classFile;

    OneClass(byte[] classFile) {
      super(Footprint.class.getClassLoader());
      this.classFile = classFile;
    }

    @Override
    protected Class<?> findClass(String any) {
      return defineClass(null, classFile, 0, classFile.length);
    }
  }

  /** What each loader defines anew. */
  public static final class Passenger {
    private final ReentrantLock lock = new ReentrantLock();

    /** Uses it once. */
    public Passenger() {
      lock.lock();
      lock.unlock();
    }
  }

  private static byte[] readClass() throws IOException {
    try (var in = Footprint.class.getResourceAsStream("Footprint$Passenger.class")) {
      return in.readAllBytes();
    }
  }

  private static long heapUsed() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
  }

  private static long residentAfterCollection() throws IOException, InterruptedException {
    System.gc();
    TimeUnit.MILLISECONDS.sleep(200);
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
