package dev.unpark.dumps;

import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one flight recording tells of waiting. Every list has what cost most time first.
 *
 * @param source the file, as the user named it
 * @param jvm which JVM was recorded
 * @param program its main class and arguments, as the JVM knows them; empty when unknown
 * @param start time of its first event
 * @param end time at which its last event ended
 * @param dumps the thread dumps in it, in the order of their times; every 60 s by default
 * @param locks waits to enter a lock: monitors and locks of {@code java.util.concurrent}, by the
 *     lock's class
 * @param sites the same, by place and class
 * @param owners waits to enter a monitor, by the thread that held it
 * @param signals waits for something to happen: {@code Object.wait}, conditions, queues, futures,
 *     latches, by place and class
 * @param pinnings virtual threads that parked or blocked without leaving their carrier, by place;
 *     the class tells the reason where the JDK does
 * @param sleeps {@code Thread.sleep}, by place
 * @param threads how many threads have started and ended, most started first
 * @param submitFailures virtual threads that could not be handed to their scheduler
 * @param events how many events of each type it holds
 * @param bytesLost what the JVM itself lost while it recorded, in bytes
 * @param bytesTorn what could not be read of the file's end, in bytes
 * @param limits what this recording could not see and how to see it, one sentence each
 */
public record Recording(
    String source,
    JvmIdentity jvm,
    String program,
    Instant start,
    Instant end,
    List<Dump> dumps,
    List<RecordedWaits> locks,
    List<RecordedWaits> sites,
    List<RecordedWaits> owners,
    List<RecordedWaits> signals,
    List<RecordedWaits> pinnings,
    List<RecordedWaits> sleeps,
    List<ThreadChurn> threads,
    long submitFailures,
    SortedMap<String, Long> events,
    long bytesLost,
    long bytesTorn,
    List<String> limits) {

  /**
   * Threads of one kind that came and went.
   *
   * @param name their name, with {@code #} for each number in it
   * @param virtual whether they are virtual threads
   * @param started how many have started
   * @param ended how many have ended
   */
  public record ThreadChurn(String name, boolean virtual, long started, long ended) {
    public ThreadChurn {
      Objects.requireNonNull(name);
    }
  }

  public Recording {
    Objects.requireNonNull(source);
    Objects.requireNonNull(jvm);
    Objects.requireNonNull(program);
    Objects.requireNonNull(start);
    Objects.requireNonNull(end);
    dumps = List.copyOf(dumps);
    locks = List.copyOf(locks);
    sites = List.copyOf(sites);
    owners = List.copyOf(owners);
    signals = List.copyOf(signals);
    pinnings = List.copyOf(pinnings);
    sleeps = List.copyOf(sleeps);
    threads = List.copyOf(threads);
    events = Collections.unmodifiableSortedMap(new TreeMap<>(events));
    limits = List.copyOf(limits);
  }

  /** How long it lasted. */
  public Duration duration() {
    return Duration.between(start, end);
  }

  /** How many events it holds. */
  public long eventCount() {
    return events.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether its end is missing: the JVM crashed or was killed, or the file was cut. */
  public boolean isTorn() {
    return bytesTorn > 0;
  }

  /** The count of one type of event, such as {@code jdk.ThreadPark}. */
  public long count(String event) {
    return ((Map<String, Long>) events).getOrDefault(event, 0L);
  }
}
