package dev.unpark.benchmarks.fleet;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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
  static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(2);
  static final int ONE_IN = 50;

  /** When the first look at a hang was due, and when it was said to be proven; by name of JVM. */
  static final Map<String, Long> HUNG = new ConcurrentHashMap<>();

  /** Those of which enough looks in a row were taken since they hang. */
  static final Set<String> TAKEN = ConcurrentHashMap.newKeySet();

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
    long unanswered = senders.stream().mapToLong(Sender::unanswered).sum();
    double rejected = collector.metric("unpark_collector_rejected_total", "logs");
    double diagnosed = collector.metric("unpark_collector_analysis_duration_seconds_count", "");
    double dropped = collector.metric("unpark_collector_dropped_total", "logs");
    long[] late = senders.stream().mapToLong(Sender::worstLateMillis).sorted().toArray();
    long[] opened = delays(TOLD);
    long[] proven = delays(PROVEN);
    int[] heap = collector.heap();
    System.out.printf(
        "jvms=%d sent=%d refused=%d partly=%d unanswered=%d diagnosed=%.0f rejected=%.0f dropped=%.0f lost=%.0f%n",
        count,
        all,
        refused,
        senders.stream().mapToLong(Sender::partly).sum(),
        unanswered,
        diagnosed,
        rejected,
        dropped,
        all - unanswered - diagnosed - rejected - dropped);
    Set<String> untold = new TreeSet<>(TAKEN);
    untold.removeAll(TOLD.keySet());
    Set<String> wrong = new TreeSet<>(TOLD.keySet());
    wrong.removeAll(HUNG.keySet());
    System.out.printf(
        "hung and taken=%d, of them not told=%d; told though well=%d; refused without a time to come again=%d%n",
        TAKEN.size(),
        untold.size(),
        wrong.size(),
        senders.stream().mapToLong(Sender::withoutTime).sum());
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
        "resident %d MB at most, %d JVMs watched; ",
        collector.mostResident(), (long) collector.metric("unpark_collector_jvms", ""));
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
}
