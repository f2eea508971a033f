package dev.unpark.benchmarks.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Load for a collector to which something bad happens meanwhile, and a client that remembers what
 * it was told: afterwards that must still be there.
 *
 * <pre>
 *   FaultLoad NAME HTTP_PORT WEB_PORT SECONDS SKEW_SECONDS FOLDER_OF_RECORDINGS
 * </pre>
 *
 * <p>Forty JVMs of forty services look twice a second; each becomes deadlocked at a moment of its
 * own. A third of them have a clock that is ahead by the skew, and a third one that is behind; in
 * the middle of the time those two change over. Status 1 when anything that a client was told is
 * not there in the end, or a deadlock was never told.
 */
public final class FaultLoad {
  private static final int JVMS = 40;
  private static final int THREADS = 8;
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final Silence silence = new Silence();
  private final long start = System.nanoTime();
  private final long length;
  private final long skewMillis;
  private volatile boolean over;

  /** The longest time without something good. */
  static final class Silence {
    private long last = System.nanoTime();
    private long longest;

    synchronized void good() {
      long now = System.nanoTime();
      longest = Math.max(longest, now - last);
      last = now;
    }

    synchronized double seconds() {
      return Math.max(longest, System.nanoTime() - last) / 1e9;
    }
  }

  private FaultLoad(Duration length, Duration skew) {
    this.length = length.toNanos();
    this.skewMillis = skew.toMillis();
  }

  public static void main(String[] arguments) throws Exception {
    FaultLoad load =
        new FaultLoad(
            Duration.ofSeconds(Integer.parseInt(arguments[3])),
            Duration.ofSeconds(Integer.parseInt(arguments[4])));
    Path recordings = Path.of(arguments[5]);
    boolean kept =
        load.run(
            arguments[0],
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Recording.kept(recordings.resolve("healthy.frames")),
            Recording.kept(recordings.resolve("deadlocked.frames")));
    System.exit(kept ? 0 : 1);
  }

  private boolean run(String name, int http, int web, Recording healthy, Recording hung)
      throws InterruptedException {
    Set<String> services = new TreeSet<>();
    List<Thread> senders = new ArrayList<>();
    for (int first = 0; first < THREADS; first++) {
      List<SimulatedJvm> jvms = new ArrayList<>();
      for (int i = first; i < JVMS; i += THREADS) {
        jvms.add(new SimulatedJvm(i, healthy));
        services.add("service-" + i);
      }
      int number = first;
      Thread sender = new Thread(() -> send(number, jvms, hung, http), "sender-" + first);
      sender.setDaemon(true);
      sender.start();
      senders.add(sender);
    }
    Client client = new Client(web);
    client.start();
    TimeUnit.NANOSECONDS.sleep(start + length - System.nanoTime());
    long end = System.nanoTime();
    while (!client.knows(services) && System.nanoTime() - end < PATIENCE.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    double settled = (System.nanoTime() - end) / 1e9;
    over = true;
    for (Thread sender : senders) {
      sender.join();
    }
    Client.Kept kept = client.compare();
    System.out.printf(
        "%-16s %6d %6d %6d %6d   %4.1f s %4.1f s   %2d of %2d %5.1f s   %4d %4d   %4d %4d   %s%n",
        name,
        sent.get(),
        accepted.get(),
        refused.get(),
        unanswered.get(),
        silence.seconds(),
        client.silence().seconds(),
        kept.services(),
        services.size(),
        settled,
        kept.told(),
        kept.lost(),
        kept.acknowledged(),
        kept.unacknowledged(),
        kept.isAll(services.size()) ? "kept" : "LOST " + kept.examples());
    return kept.isAll(services.size());
  }

  private void send(int number, List<SimulatedJvm> jvms, Recording hung, int port) {
    List<Connection> connections = new ArrayList<>();
    jvms.forEach(jvm -> connections.add(new Connection(port)));
    try {
      for (long tick = 0; !over; tick++) {
        FleetLoad.sleepUntil(start + tick * TICK + TICK * number / THREADS);
        for (int i = 0; i < jvms.size(); i++) {
          SimulatedJvm jvm = jvms.get(i);
          int place = number + i * THREADS;
          // Spread over most of the time, so that some are told of before, during and after.
          if (System.nanoTime() - start > length * 9 / 10 * place / JVMS && !jvm.hangs()) {
            jvm.hang(hung);
          }
          send(jvm, connections.get(i), place);
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      connections.forEach(Connection::close);
    }
  }

  private void send(SimulatedJvm jvm, Connection connection, int place) {
    sent.incrementAndGet();
    try {
      int status = connection.post(jvm.request(System.currentTimeMillis() + skew(place)));
      if (status == 200) {
        accepted.incrementAndGet();
        silence.good();
        return;
      }
      refused.incrementAndGet();
    } catch (IOException broken) {
      unanswered.incrementAndGet();
      connection.close();
    }
    jvm.beginAgain();
  }

  private long skew(int place) {
    boolean late = System.nanoTime() - start > length / 2;
    return (late ? -1 : 1) * (place % 3 - 1) * skewMillis;
  }
}
