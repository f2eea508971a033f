import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/**
 * Ten thousand virtual threads at a time that come, block in every way there is, and go: sleep, a contended lock, a
 * monitor, a permit, a full and an empty queue. Prints visits a second, microseconds of processor time a visit, and how
 * often a carrier was pinned (-1 where nobody counts).
 */
public final class Virtual {
  private static final int THREADS = 10_000;
  private static final int VISITS = 10;
  private static final int PLACES = 64;

  private final ReentrantLock[] locks = new ReentrantLock[PLACES];
  private final Object[] monitors = new Object[PLACES];
  private final long[] counts = new long[PLACES];
  private final Semaphore permits = new Semaphore(500);
  private final BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(100);

  private Virtual() {
    for (int i = 0; i < PLACES; i++) {
      locks[i] = new ReentrantLock();
      monitors[i] = new Object();
    }
  }

  public static void main(String[] arguments) throws Exception {
    long warmUpMillis = Long.parseLong(arguments[0]);
    long millis = Long.parseLong(arguments[1]);
    Virtual program = new Virtual();
    program.run(warmUpMillis);
    if (arguments.length > 2) {
      try (Recording recording = new Recording()) {
        recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO);
        recording.start();
        program.measure(millis);
        System.out.println(pins(recording));
      }
    } else {
      program.measure(millis);
      System.out.println(-1);
    }
    System.exit(0);
  }

  private void measure(long millis) throws InterruptedException {
    long cpu = cpuNanos();
    long begun = System.nanoTime();
    long visits = run(millis);
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf("%.1f %.3f ", visits / seconds, (cpuNanos() - cpu) / 1e3 / visits);
  }

  private long run(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    long visits = 0;
    while (System.nanoTime() < until) {
      wave();
      visits += (long) THREADS * VISITS;
    }
    return visits;
  }

  private void wave() throws InterruptedException {
    CountDownLatch gone = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      Thread.startVirtualThread(
          () -> {
            try {
              for (int j = 0; j < VISITS; j++) {
                visit(number + j);
              }
            } catch (InterruptedException unexpected) {
              throw new AssertionError(unexpected);
            } finally {
              gone.countDown();
            }
          });
    }
    gone.await();
  }

  private void visit(int number) throws InterruptedException {
    int place = number % PLACES;
    Thread.sleep(1);
    locks[place].lock();
    try {
      counts[place]++;
      Thread.yield();
    } finally {
      locks[place].unlock();
    }
    synchronized (monitors[place]) {
      counts[place]++;
    }
    permits.acquire();
    try {
      queue.put(number);
      queue.take();
    } finally {
      permits.release();
    }
  }

  private static long pins(Recording recording) throws IOException {
    Path file = Files.createTempFile("pins", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
          .count();
    } finally {
      Files.delete(file);
    }
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }
}
