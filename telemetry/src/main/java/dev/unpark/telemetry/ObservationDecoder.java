package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bodies of {@link Events#OBSERVATION} events of one JVM back into observations.
 *
 * <p>A delta whose full frame has not come, and a frame that is not newer than the last one of its
 * stream, give nothing and are counted. A full frame of another stream means that the JVM was
 * restarted: decoding goes on with it. What then still comes of the old stream came late, or is of
 * a twin that bears the same name; it gives nothing either, or both would seem to restart for ever.
 * Only when the old stream alone goes on, as a twin does that outlives the other, it is followed
 * again.
 *
 * <p><b>Threading:</b> confined to one thread at a time. <b>When full:</b> a frame beyond the
 * bounds is refused as malformed, and leaves the decoder as it was.
 */
public final class ObservationDecoder {
  /** So many frames of a stream that was left, and none of the one that is followed: go back. */
  private static final int TAKES_OVER_AFTER = 16;

  private static final int STREAMS_LEFT = 4;

  private final Deque<Long> left = new ArrayDeque<>();
  private int ofLeftStreams;
  private long superseded;
  private JvmIdentity jvm;
  private @Nullable Base base;
  private long lastNumber;
  private Content last = Content.empty();
  private long withoutBase;
  private long late;
  private long withoutRoom;

  /** What the last full frame said. */
  private record Base(
      long stream, long number, Content content, List<String> strings, List<List<String>> stacks) {}

  /** Says whether there is memory for what a frame brings; what is refused is not kept. */
  public interface Room {
    /**
     * @param bytes about how much memory it takes in all
     * @param fresh how much of it is not held already
     * @param full whether later frames differ from it, and no longer from the one before
     */
    boolean take(long bytes, long fresh, boolean full);
  }

  /** For the JVM that the OTLP resource names. */
  public ObservationDecoder(JvmIdentity jvm) {
    this.jvm = jvm;
  }

  /**
   * Reads the next frame, as it arrived: the {@code AnyValue} of a log record's body, as protobuf.
   *
   * @param request bytes of which those from {@code from} up to {@code to} are the body
   * @return what was seen, or empty when the frame says nothing by itself or nothing new
   * @throws MalformedObservation when the body is not a frame
   */
  public Optional<Observation> decode(byte[] request, int from, int to)
      throws MalformedObservation {
    return decode(request, from, to, (bytes, fresh, full) -> true);
  }

  /**
   * The same where memory is counted.
   *
   * @param room asked once for each frame that can be read, before it replaces anything
   */
  public Optional<Observation> decode(byte[] request, int from, int to, Room room)
      throws MalformedObservation {
    FrameReader frame = new FrameReader(request, from, to);
    long stream = frame.required(Wire.STREAM);
    long number = frame.required(Wire.NUMBER);
    long baseNumber = frame.required(Wire.BASE);
    long time = frame.required(Wire.TIME);
    boolean full = number == baseNumber;
    Base known = base;
    if (isOfLeftStream(known, stream)) {
      superseded++;
      return Optional.empty();
    }
    if (known != null && known.stream == stream && number <= lastNumber) {
      late++;
      return Optional.empty();
    }
    if (full) {
      if (known != null) {
        frame.held(known.strings, known.stacks);
      }
      frame.tables(List.of(), List.of());
      Content content = frame.applyTo(Content.empty(), last);
      if (!room.take(frame.weight(), frame.fresh(), true)) {
        withoutRoom++;
        return Optional.empty();
      }
      Observation observation = observation(content, time);
      if (known != null && known.stream != stream) {
        leave(known.stream, stream);
      }
      base = new Base(stream, number, content, frame.strings(), frame.stacks());
      last = content;
      lastNumber = number;
      return Optional.of(observation);
    }
    if (known == null || known.stream != stream || known.number != baseNumber) {
      withoutBase++;
      return Optional.empty();
    }
    frame.tables(known.strings, known.stacks);
    Content content = frame.applyTo(known.content, last);
    if (!room.take(frame.weight(), frame.fresh(), false)) {
      withoutRoom++;
      return Optional.empty();
    }
    Observation observation = observation(content, time);
    last = content;
    lastNumber = number;
    return Optional.of(observation);
  }

  private boolean isOfLeftStream(@Nullable Base known, long stream) {
    if (known == null || known.stream == stream || !left.contains(stream)) {
      ofLeftStreams = 0;
      return false;
    }
    return ofLeftStreams++ < TAKES_OVER_AFTER;
  }

  private void leave(long old, long stream) {
    left.remove(stream);
    left.addLast(old);
    if (left.size() > STREAMS_LEFT) {
      left.removeFirst();
    }
    ofLeftStreams = 0;
  }

  /** The JVM that the next frames are of: another process of the same name after a restart. */
  public void of(JvmIdentity process) {
    jvm = process;
  }

  /** Gives up what later frames differ from: the next that is of use is a full one. */
  public void forget() {
    base = null;
    last = Content.empty();
  }

  /** The stream of the last full frame: another one after a restart; empty before the first. */
  public OptionalLong stream() {
    return base == null ? OptionalLong.empty() : OptionalLong.of(base.stream);
  }

  /** Deltas that could not be read for want of their full frame. */
  public long withoutBase() {
    return withoutBase;
  }

  /** Frames of a stream that was left for a newer one. */
  public long superseded() {
    return superseded;
  }

  /** Frames for which there was no memory. */
  public long withoutRoom() {
    return withoutRoom;
  }

  /** Frames that came twice or too late. */
  public long late() {
    return late;
  }

  private Observation observation(Content content, long time) {
    return new Observation(
        jvm,
        Wire.instant(time),
        List.copyOf(content.threads().values()),
        List.copyOf(content.resources().values()),
        List.copyOf(content.executors().values()),
        List.copyOf(content.locks().values()),
        content.limits(),
        List.copyOf(content.queues().values()),
        content.scheduler(),
        List.copyOf(content.occurrences().values()));
  }
}
