package dev.unpark.benchmarks.fleet;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends a collector what a fleet would send: every two seconds a look at some 200 threads from each
 * JVM, and tells how soon it says that one in fifty of them is deadlocked.
 *
 * <pre>
 *   FleetLoad AGENT COLLECTOR JVMS WARM_UP_SECONDS MEASURED_SECONDS FOLDER_OF_RECORDINGS
 * </pre>
 */
public final class FleetLoad {
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int ONE_IN = 50;

  /** When the first look at a hang was due, and when it was said to be proven; by name of JVM. */
  private static final Map<String, Long> HUNG = new ConcurrentHashMap<>();

  private static final Map<String, Long> TOLD = new ConcurrentHashMap<>();
  private static final Map<String, Long> PROVEN = new ConcurrentHashMap<>();

  private FleetLoad() {}

  public static void main(String[] arguments) throws Exception {
    Path agent = Path.of(arguments[0]);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    int count = Integer.parseInt(arguments[2]);
    Duration warmUp = Duration.ofSeconds(Integer.parseInt(arguments[3]));
    Duration measured = Duration.ofSeconds(Integer.parseInt(arguments[4]));
    Path recordings = Path.of(arguments[5]);
    Recording healthy = recorded(recordings.resolve("healthy.frames"), java, agent, false);
    Recording hung = recorded(recordings.resolve("deadlocked.frames"), java, agent, true);
    if (count == 0) {
      return;
    }
    Path folder = Files.createTempDirectory("unpark-load");
    List<String> command = new ArrayList<>(List.of(java, "-jar", arguments[1]));
    // For a profile:
    // -Dcollector.options="-XX:StartFlightRecording=filename=load.jfr,settings=profile"
    String options = System.getProperty("collector.options", "");
    command.addAll(1, options.isEmpty() ? List.of() : List.of(options.split(" ")));
    try (Recorder sink = new Recorder(FleetLoad::told);
        CollectorUnderTest collector = new CollectorUnderTest(command, sink.endpoint(), folder)) {
      List<Sender> senders = Sender.of(count, healthy, hung, collector.httpPort());
      long start = System.nanoTime();
      long from = start + warmUp.toNanos();
      long until = from + measured.toNanos();
      // What hangs is sent three times before the end, so that it can be proven.
      senders.forEach(sender -> sender.start(start, from, until - 3 * TICK_NANOS, until));
      sleepUntil(from);
      Duration cpuBefore = collector.cpu();
      long sentBefore = senders.stream().mapToLong(Sender::sent).sum();
      sleepUntil(until);
      Duration cpu = collector.cpu().minus(cpuBefore);
      long sent = senders.stream().mapToLong(Sender::sent).sum() - sentBefore;
      for (Sender sender : senders) {
        sender.join();
      }
      Thread.sleep(3_000);
      report(count, measured, collector, senders, cpu, sent);
    }
  }

  private static Recording recorded(Path file, String java, Path agent, boolean deadlocked)
      throws Exception {
    Recording recording = Recording.in(file, java, agent, deadlocked);
    System.out.printf(
        "%s: %d frames, full %,d bytes, others %,d bytes on average%n",
        deadlocked ? "deadlocked" : "healthy",
        recording.frames().size(),
        recording.fullSize(),
        recording.deltaSize());
    return recording;
  }

  private static void report(
      int count,
      Duration measured,
      CollectorUnderTest collector,
      List<Sender> senders,
      Duration cpu,
      long sent)
      throws Exception {
    long all = senders.stream().mapToLong(Sender::sent).sum();
    long refused = senders.stream().mapToLong(Sender::refused).sum();
    double diagnosed = collector.metric("unpark_collector_analysis_duration_seconds_count", "");
    double dropped = collector.metric("unpark_collector_dropped_total", "logs");
    long[] late = senders.stream().mapToLong(Sender::worstLateMillis).sorted().toArray();
    long[] opened = delays(TOLD);
    long[] proven = delays(PROVEN);
    int[] heap = collector.heap();
    System.out.printf(
        "jvms=%d sent=%d refused=%d diagnosed=%.0f dropped=%.0f lost=%.0f%n",
        count, all, refused, diagnosed, dropped, all - refused - diagnosed - dropped);
    System.out.printf(
        "hung=%d told=%d proven=%d told_ms p50=%d p99=%d max=%d  proven_ms p50=%d p99=%d max=%d%n",
        HUNG.size(),
        opened.length,
        proven.length,
        at(opened, 0.5),
        at(opened, 0.99),
        at(opened, 1),
        at(proven, 0.5),
        at(proven, 0.99),
        at(proven, 1));
    System.out.printf(
        "cpu=%.2f of a core, %.3f ms per look, %.1f ms per jvm and minute; heap after gc %d MB,"
            + " most %d MB; generator late by %d ms at worst%n",
        cpu.toNanos() / (double) measured.toNanos(),
        cpu.toNanos() / 1e6 / sent,
        cpu.toNanos() / 1e6 / count * 60 / measured.toSeconds(),
        heap[0],
        heap[1],
        late[late.length - 1]);
  }

  private static long[] delays(Map<String, Long> when) {
    return when.entrySet().stream()
        .filter(entry -> HUNG.containsKey(entry.getKey()))
        .mapToLong(
            entry ->
                TimeUnit.NANOSECONDS.toMillis(
                    entry.getValue() - HUNG.getOrDefault(entry.getKey(), 0L)))
        .sorted()
        .toArray();
  }

  private static long at(long[] sorted, double share) {
    return sorted.length == 0 ? -1 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private static void told(ExportLogsServiceRequest request) {
    long now = System.nanoTime();
    for (ResourceLogs logs : request.getResourceLogsList()) {
      String jvm = text(logs.getResource().getAttributesList(), "service.instance.id");
      logs.getScopeLogsList().stream()
          .flatMap(scope -> scope.getLogRecordsList().stream())
          .filter(
              record -> text(record.getAttributesList(), "unpark.finding.type").equals("deadlock"))
          .filter(record -> !record.getEventName().endsWith(".closed"))
          .forEach(
              record -> {
                TOLD.putIfAbsent(jvm, now);
                if (text(record.getAttributesList(), "unpark.finding.certainty").equals("proven")) {
                  PROVEN.putIfAbsent(jvm, now);
                }
              });
    }
  }

  private static String text(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  /** A thread that sends for its share of the fleet, each JVM at its own moment of the tick. */
  private static final class Sender extends Thread {
    private static final int SENDERS = 16;
    private static final int MANY = 2_000;

    private final List<SimulatedJvm> jvms = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final Recording hung;
    private final int first;
    private final int count;
    private final long[] hangsAt;
    private volatile long sent;
    private volatile long refused;
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
        if ((first + i * SENDERS) % ONE_IN == 7) {
          hangsAt[i] = ThreadLocalRandom.current().nextLong(hangFrom, hangUntil);
        }
      }
      start();
    }

    @Override
    public void run() {
      try {
        // Few JVMs look more often at first: the collector's code is then as warm as with many.
        long quick = Math.max(TICK_NANOS / 50, TICK_NANOS * Math.min(count, MANY) / MANY);
        send(start, warm, quick);
        send(warm, until, TICK_NANOS);
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
          sleepUntil(due);
          send(i, due);
        }
      }
    }

    private void send(int i, long due) {
      SimulatedJvm jvm = jvms.get(i);
      if (due >= hangsAt[i] && !jvm.hangs()) {
        jvm.hang(hung);
        HUNG.put(jvm.name(), due);
      }
      worstLate = Math.max(worstLate, System.nanoTime() - due);
      try {
        byte[] request = jvm.request(System.currentTimeMillis());
        sent++;
        if (connections.get(i).post(request) != 200) {
          refused++;
        }
      } catch (java.io.IOException broken) {
        refused++;
        connections.get(i).close();
      }
    }

    long sent() {
      return sent;
    }

    long refused() {
      return refused;
    }

    long worstLateMillis() {
      return TimeUnit.NANOSECONDS.toMillis(worstLate);
    }
  }
}
