package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import io.opentelemetry.api.common.Value;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bodies of {@link Events#OBSERVATION} events of one JVM back into observations.
 *
 * <p>A delta whose full frame has not come, and a frame that is not newer than the last one of its
 * stream, give nothing and are counted. A full frame of another stream means that the JVM was
 * restarted: decoding goes on with it.
 *
 * <p><b>Threading:</b> confined to one thread at a time. <b>When full:</b> a frame beyond the
 * bounds is refused as malformed, and leaves the decoder as it was.
 */
public final class ObservationDecoder {
  private final JvmIdentity jvm;
  private @Nullable Base base;
  private long lastNumber;
  private long withoutBase;
  private long late;

  /** What the last full frame said. */
  private record Base(
      long stream, long number, Content content, List<String> strings, List<List<String>> stacks) {}

  /** For the JVM that the OTLP resource names. */
  public ObservationDecoder(JvmIdentity jvm) {
    this.jvm = jvm;
  }

  /**
   * Reads the next frame, as it arrived.
   *
   * @return what was seen, or empty when the frame says nothing by itself or nothing new
   * @throws MalformedObservation when the body is not a frame
   */
  public Optional<Observation> decode(Value<?> body) throws MalformedObservation {
    FrameReader frame = new FrameReader(body);
    long stream = frame.required(Wire.STREAM);
    long number = frame.required(Wire.NUMBER);
    long baseNumber = frame.required(Wire.BASE);
    long time = frame.required(Wire.TIME);
    boolean full = number == baseNumber;
    Base known = base;
    if (known != null && known.stream == stream && number <= lastNumber) {
      late++;
      return Optional.empty();
    }
    if (full) {
      frame.tables(List.of(), List.of());
      Content content = frame.applyTo(Content.empty());
      Observation observation = observation(content, time);
      base = new Base(stream, number, content, frame.strings(), frame.stacks());
      lastNumber = number;
      return Optional.of(observation);
    }
    if (known == null || known.stream != stream || known.number != baseNumber) {
      withoutBase++;
      return Optional.empty();
    }
    frame.tables(known.strings, known.stacks);
    Observation observation = observation(frame.applyTo(known.content), time);
    lastNumber = number;
    return Optional.of(observation);
  }

  /** The stream of the last full frame: another one after a restart; empty before the first. */
  public OptionalLong stream() {
    return base == null ? OptionalLong.empty() : OptionalLong.of(base.stream);
  }

  /** Deltas that could not be read for want of their full frame. */
  public long withoutBase() {
    return withoutBase;
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
        content.scheduler());
  }
}
