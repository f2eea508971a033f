package dev.unpark.agent.recording;

import dev.unpark.diagnosis.model.ResourceKind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/**
 * Taps Flight Recorder.
 *
 * <p><b>Threading:</b> {@link #run} keeps the thread that calls it, and events arrive on that
 * thread; any thread may {@link #pace} or {@link #stop}. <b>When full:</b> see {@link Threshold}.
 */
public final class RecordingTap {
  private static final String OWN_GROUP = "unpark";
  private static final String OF_THE_JDK = "jdk.";
  private static final long OTHERS_NANOS = 10_000_000_000L;

  private static final String ENTER = "jdk.JavaMonitorEnter";
  private static final String WAIT = "jdk.JavaMonitorWait";
  private static final String PINNED = "jdk.VirtualThreadPinned";
  private static final String PARK = "jdk.ThreadPark";

  private final RecordingFeed feed;
  private final List<String> withStack;
  private final Threshold threshold = new Threshold(System.nanoTime());
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Chunks chunks = new Chunks(threads.getTotalStartedThreadCount(), System.nanoTime());
  private final Set<String> othersOff = new HashSet<>();
  private volatile Duration floor = Duration.ZERO;
  private Duration inForce = Duration.ZERO;
  private long othersSeen;
  private volatile @Nullable RecordingStream current;
  private volatile boolean stopped;

  /**
   * @param parks whether parks are wanted too: where the hooks do not see them; it is dear where
   *     there are many virtual threads
   */
  public RecordingTap(RecordingFeed feed, boolean parks) {
    this.feed = feed;
    this.withStack = parks ? List.of(ENTER, WAIT, PARK) : List.of(ENTER, WAIT);
  }

  /** Listens until stopped, or the JVM ends, or the recording is stopped by somebody. */
  public void run() {
    try (RecordingStream stream = new RecordingStream()) {
      current = stream;
      if (stopped) {
        return;
      }
      enable(stream, Threshold.LEAST);
      silenceOthers(stream);
      stream.setReuse(true);
      stream.setOrdered(false); // Sums know no order, and sorting costs.
      stream.onEvent(ENTER, event -> wait(event, "monitorClass", ResourceKind.MONITOR));
      stream.onEvent(WAIT, event -> wait(event, "monitorClass", ResourceKind.NOTIFICATION));
      stream.onEvent(PARK, event -> wait(event, "parkedClass", ResourceKind.OTHER));
      stream.onEvent(PINNED, this::pinned);
      stream.onFlush(() -> adapt(stream));
      stream.start();
    }
  }

  /** Ends {@link #run}, and with it the recording and its files. */
  public void stop() {
    stopped = true;
    RecordingStream stream = current;
    if (stream != null) {
      stream.close();
    }
  }

  /**
   * Leaves out waits shorter than that, however few they are.
   *
   * @param least {@link Threshold#OFF} leaves out all of them
   */
  public void pace(Duration least) {
    floor = least;
  }

  /** Whether Flight Recorder works for this tap alone, so that its threads' time is ours. */
  public boolean alone() {
    return current != null && FlightRecorder.getFlightRecorder().getRecordings().size() == 1;
  }

  private void enable(RecordingStream stream, Duration least) {
    inForce = least;
    if (least.equals(Threshold.OFF)) {
      withStack.forEach(stream::disable);
      stream.disable(PINNED);
    } else {
      withStack.forEach(name -> stream.enable(name).withThreshold(least).withStackTrace());
      stream.enable(PINNED).withThreshold(least).withoutStackTrace();
    }
  }

  private void adapt(RecordingStream stream) {
    long now = System.nanoTime();
    Duration rate = threshold.at(now);
    Duration wanted = floor.compareTo(rate) > 0 ? floor : rate;
    if (!wanted.equals(inForce)) {
      enable(stream, wanted);
    }
    if (now - othersSeen > OTHERS_NANOS) {
      silenceOthers(stream);
    }
    if (chunks.endsAt(threads.getTotalStartedThreadCount(), now)) {
      beginChunk();
    }
  }

  /*
   * Each recording begins a chunk when it starts and when it ends, for itself and for all others,
   * none of which loses an event by it. So one that records nothing is started, and ended.
   */
  void beginChunk() {
    try (Recording empty = new Recording()) {
      empty.setToDisk(false);
      othersOff.forEach(empty::disable);
      empty.start();
    }
  }

  /*
   * By default, any recording switches on every event that the application or a library of its
   * defines. Nobody here asks for them.
   */
  private void silenceOthers(RecordingStream stream) {
    othersSeen = System.nanoTime();
    for (EventType type : FlightRecorder.getFlightRecorder().getEventTypes()) {
      String name = type.getName();
      if (!name.startsWith(OF_THE_JDK) && othersOff.add(name)) {
        stream.disable(name);
      }
    }
  }

  private void wait(RecordedEvent event, String classField, ResourceKind kind) {
    threshold.count();
    chunks.count();
    RecordedClass type = event.getClass(classField);
    if (isHosts(event) && type != null) {
      feed.waited(kind, type.getName(), Sites.of(event), event.getDuration().toNanos());
    }
  }

  private void pinned(RecordedEvent event) {
    chunks.count();
    feed.pinned(event.getDuration().toNanos());
  }

  private static boolean isHosts(RecordedEvent event) {
    RecordedThread thread = event.getThread();
    return thread == null
        || thread.getThreadGroup() == null
        || !OWN_GROUP.equals(thread.getThreadGroup().getName());
  }
}
