package dev.unpark.benchmarks.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A thread that sends for its share of the fleet, each JVM at its own moment of the tick.
 *
 * <p><b>Threading:</b> its counts may be read by any thread.
 */
final class Sender extends Thread {
  private static final int SENDERS = 16;
  private static final int MANY = 2_000;

  /** A proof takes two looks; one more, so that the first may have come out of turn. */
  private static final int ENOUGH = 3;

  private final List<SimulatedJvm> jvms = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final Recording hung;
  private final int first;
  private final int count;
  private final long[] hangsAt;

  /** How many looks of each in a row were taken since it hangs. */
  private final int[] takenHanging;

  private volatile long sent;
  private volatile long refused;
  private volatile long unanswered;
  private volatile long withoutTime;
  private volatile long partly;
  private volatile long worstLate;
  private long start;
  private long warm;
  private long until;

  private Sender(int first, int count, Recording healthy, Recording hung, int port) {
    this.first = first;
    this.count = count;
    this.hung = hung;
    for (int i = first; i < count; i += SENDERS) {
      jvms.add(new SimulatedJvm(i, healthy));
      connections.add(new Connection(port));
    }
    this.hangsAt = new long[jvms.size()];
    this.takenHanging = new int[jvms.size()];
    Arrays.fill(hangsAt, Long.MAX_VALUE);
    setDaemon(true);
  }

  static List<Sender> of(int count, Recording healthy, Recording hung, int port) {
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < Math.min(SENDERS, count); i++) {
      senders.add(new Sender(i, count, healthy, hung, port));
    }
    return senders;
  }

  void start(long startNanos, long hangFrom, long hangUntil, long untilNanos) {
    start = startNanos;
    warm = hangFrom;
    until = untilNanos;
    for (int i = 0; i < jvms.size(); i++) {
      if ((first + i * SENDERS) % FleetLoad.ONE_IN == 7) {
        hangsAt[i] = ThreadLocalRandom.current().nextLong(hangFrom, hangUntil);
      }
    }
    start();
  }

  @Override
  public void run() {
    try {
      // Few JVMs look more often at first: the collector's code is then as warm as with many.
      long quick =
          Math.max(FleetLoad.TICK_NANOS / 50, FleetLoad.TICK_NANOS * Math.min(count, MANY) / MANY);
      send(start, warm, quick);
      send(warm, until, FleetLoad.TICK_NANOS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      connections.forEach(Connection::close);
    }
  }

  private void send(long from, long to, long ticks) throws InterruptedException {
    for (long tick = 0; ; tick++) {
      for (int i = 0; i < jvms.size(); i++) {
        long due = from + tick * ticks + ticks * (first + i * SENDERS) / count;
        if (due >= to) {
          return;
        }
        FleetLoad.sleepUntil(due);
        send(i, due);
      }
    }
  }

  private void send(int i, long due) {
    SimulatedJvm jvm = jvms.get(i);
    if (due >= hangsAt[i] && !jvm.hangs()) {
      jvm.hang(hung);
      FleetLoad.HUNG.put(jvm.name(), due);
    }
    worstLate = Math.max(worstLate, System.nanoTime() - due);
    try {
      byte[] request = jvm.request(System.currentTimeMillis());
      sent++;
      if (connections.get(i).post(request) == 200) {
        if (!connections.get(i).tookAll()) {
          // Its sender is told why, and that it is of no use to send the same again.
          partly++;
          takenHanging[i] = 0;
          return;
        }
        takenHanging[i] += jvm.hangs() ? 1 : 0;
        if (takenHanging[i] == ENOUGH) {
          FleetLoad.TAKEN.add(jvm.name());
        }
        return;
      }
      refused++;
      withoutTime += connections.get(i).toldWhen() ? 0 : 1;
    } catch (IOException broken) {
      unanswered++;
      connections.get(i).close();
    }
    // As an agent does: what the next look differs from was not taken.
    takenHanging[i] = 0;
    jvm.beginAgain();
  }

  long sent() {
    return sent;
  }

  long refused() {
    return refused;
  }

  /** Requests to which no answer came: nobody knows whether they were taken. */
  long unanswered() {
    return unanswered;
  }

  /** Answers that took the request, but not the look in it. */
  long partly() {
    return partly;
  }

  /** Refusals that did not say when to come again. */
  long withoutTime() {
    return withoutTime;
  }

  long worstLateMillis() {
    return TimeUnit.NANOSECONDS.toMillis(worstLate);
  }
}
