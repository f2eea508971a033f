package dev.unpark.agent.recording;

import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ResourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/**
 * Taps Flight Recorder.
 *
 * <p><b>Threading:</b> {@link #run} keeps the thread that calls it; events arrive on that thread.
 * <b>When full:</b> more than {@value #MOST_EVENTS} events in ten seconds double the threshold,
 * down again when fewer than a tenth of that come.
 */
public final class RecordingTap {
  private static final Duration LEAST = Duration.ofMillis(20);
  private static final Duration MOST = Duration.ofSeconds(5);
  private static final long WINDOW_NANOS = 10_000_000_000L;
  private static final int MOST_EVENTS = 2_000;
  private static final String OWN_GROUP = "unpark";
  private static final int DEPTH = 64;

  private static final String ENTER = "jdk.JavaMonitorEnter";
  private static final String WAIT = "jdk.JavaMonitorWait";
  private static final String PINNED = "jdk.VirtualThreadPinned";
  private static final String PARK = "jdk.ThreadPark";

  private final RecordingFeed feed;
  private final boolean parks;
  private Duration threshold = LEAST;
  private long windowStart = System.nanoTime();
  private int events;
  private volatile @Nullable RecordingStream current;
  private volatile boolean stopped;

  /**
   * @param parks whether parks are wanted too: where the hooks do not see them; it is dear where
   *     there are many virtual threads
   */
  public RecordingTap(RecordingFeed feed, boolean parks) {
    this.feed = feed;
    this.parks = parks;
  }

  /** Listens until stopped, or the JVM ends, or the recording is stopped by somebody. */
  public void run() {
    try (RecordingStream stream = new RecordingStream()) {
      current = stream;
      if (stopped) {
        return;
      }
      enable(stream);
      stream.setReuse(true);
      stream.setOrdered(false); // Sums know no order, and sorting costs.
      stream.onEvent(ENTER, event -> monitor(event, ResourceKind.MONITOR));
      stream.onEvent(WAIT, event -> monitor(event, ResourceKind.NOTIFICATION));
      stream.onEvent(PINNED, event -> feed.pinned(event.getDuration().toNanos()));
      if (parks) {
        stream.onEvent(PARK, this::park);
      }
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

  private void enable(RecordingStream stream) {
    stream.enable(ENTER).withThreshold(threshold).withStackTrace();
    stream.enable(WAIT).withThreshold(threshold).withStackTrace();
    stream.enable(PINNED).withThreshold(threshold).withoutStackTrace();
    if (parks) {
      stream.enable(PARK).withThreshold(threshold).withStackTrace();
    }
  }

  private void adapt(RecordingStream stream) {
    long now = System.nanoTime();
    if (now - windowStart < WINDOW_NANOS) {
      return;
    }
    Duration before = threshold;
    if (events > MOST_EVENTS && threshold.compareTo(MOST) < 0) {
      threshold = threshold.multipliedBy(2);
    } else if (events < MOST_EVENTS / 10 && threshold.compareTo(LEAST) > 0) {
      threshold = threshold.dividedBy(2);
    }
    windowStart = now;
    events = 0;
    if (!before.equals(threshold)) {
      enable(stream);
    }
  }

  private void monitor(RecordedEvent event, ResourceKind kind) {
    RecordedClass type = event.getClass("monitorClass");
    if (isHosts(event) && type != null) {
      feed.waited(kind, type.getName(), site(event), event.getDuration().toNanos());
    }
  }

  private void park(RecordedEvent event) {
    RecordedClass type = event.getClass("parkedClass");
    if (isHosts(event) && type != null) {
      feed.waited(ResourceKind.OTHER, type.getName(), site(event), event.getDuration().toNanos());
    }
  }

  private boolean isHosts(RecordedEvent event) {
    events++;
    RecordedThread thread = event.getThread();
    return thread == null
        || thread.getThreadGroup() == null
        || !OWN_GROUP.equals(thread.getThreadGroup().getName());
  }

  private static String site(RecordedEvent event) {
    RecordedStackTrace trace = event.getStackTrace();
    List<String> frames = new ArrayList<>();
    if (trace != null) {
      for (RecordedFrame frame : trace.getFrames()) {
        if (frames.size() < DEPTH && frame.isJavaFrame()) {
          frames.add(
              "%s.%s(%s.java:%d)"
                  .formatted(
                      frame.getMethod().getType().getName(),
                      frame.getMethod().getName(),
                      topLevel(frame.getMethod().getType().getName()),
                      frame.getLineNumber()));
        }
      }
    }
    return Frames.ownFrame(frames);
  }

  /** Events do not name the file; by Java's convention it is that of the outermost class. */
  private static String topLevel(String className) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    int dollar = simple.indexOf('$');
    return dollar > 0 ? simple.substring(0, dollar) : simple;
  }
}
