package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.Observation;
import io.opentelemetry.api.common.Value;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Turns the observations of one JVM into the bodies of {@link Events#OBSERVATION} events.
 *
 * <p>The first frame is full, and so is every {@value #FULL_EVERY}th after it; the others carry
 * what differs from the last full one. The JVM's identity is not in the body but in the OTLP
 * resource. Rows travel in order of id, so an observation may come out of the decoder in another
 * order than it went in.
 *
 * <p><b>Threading:</b> {@link #encode} is for one thread at a time; {@link #forgetBase} may be
 * called by any. <b>When full:</b> rows beyond the bounds of the receiving end are left out, and a
 * limit in the observation says how many.
 */
public final class ObservationEncoder {
  private static final int FULL_EVERY = 15;

  private final long stream;
  private final int fullEvery;
  private long number = -1;
  private volatile @Nullable Base base;

  /** What the last full frame said. */
  private record Base(
      long number,
      long size,
      Content content,
      Numbering<String> strings,
      Numbering<List<String>> stacks) {}

  public ObservationEncoder() {
    this(ThreadLocalRandom.current().nextLong(), FULL_EVERY);
  }

  ObservationEncoder(long stream, int fullEvery) {
    this.stream = stream;
    this.fullEvery = fullEvery;
  }

  /** The next frame. */
  public Value<?> encode(Observation observation) {
    number++;
    Content now = Content.of(observation);
    long time = Wire.nanos(observation.time());
    Base since = base;
    if (since != null && number - since.number < fullEvery) {
      FrameWriter delta = new FrameWriter(since.strings.extend(), since.stacks.extend());
      delta.head(stream, number, since.number, time);
      delta.difference(since.content, now);
      Value<?> frame = delta.finish();
      if (delta.size() * 2 <= since.size) {
        return frame;
      }
    }
    Numbering<String> strings = new Numbering<>();
    Numbering<List<String>> stacks = new Numbering<>();
    FrameWriter full = new FrameWriter(strings, stacks);
    full.head(stream, number, number, time);
    full.difference(Content.empty(), now);
    Value<?> frame = full.finish();
    base = new Base(number, full.size(), now, strings, stacks);
    return frame;
  }

  /** Makes the next frame a full one: to be called when a frame may not have arrived. */
  public void forgetBase() {
    base = null;
  }
}
