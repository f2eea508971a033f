package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.model.Wait;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes one frame as {@link Wire} lays it out. Used once. */
final class FrameWriter {
  /** About what a number costs as an OTLP value: two tags, a length, a few digits. */
  private static final int BYTES_PER_VALUE = 5;

  private final Numbering<String> strings;
  private final Numbering<List<String>> stacks;
  private final List<KeyValue> frame = new ArrayList<>();
  private long size;

  FrameWriter(Numbering<String> strings, Numbering<List<String>> stacks) {
    this.strings = strings;
    this.stacks = stacks;
  }

  void head(long stream, long number, long base, long time) {
    put(Wire.LAYOUT, value(Wire.VERSION));
    put(Wire.STREAM, value(stream));
    put(Wire.NUMBER, value(number));
    put(Wire.BASE, value(base));
    put(Wire.TIME, value(time));
  }

  /** Writes in what {@code now} differs from {@code base}. */
  void difference(Content base, Content now) {
    changed(Wire.THREADS, base.threads(), now.threads(), this::row);
    gone(Wire.THREADS, base.threads(), now.threads(), id -> List.of(value(id)));
    changed(Wire.RESOURCES, base.resources(), now.resources(), this::row);
    gone(Wire.RESOURCES, base.resources(), now.resources(), id -> List.of(string(id)));
    changed(Wire.EXECUTORS, base.executors(), now.executors(), this::row);
    gone(Wire.EXECUTORS, base.executors(), now.executors(), id -> List.of(string(id)));
    changed(Wire.LOCKS, base.locks(), now.locks(), this::row);
    gone(Wire.LOCKS, base.locks(), now.locks(), this::name);
    changed(Wire.QUEUES, base.queues(), now.queues(), this::row);
    gone(Wire.QUEUES, base.queues(), now.queues(), id -> List.of(string(id)));
    changed(Wire.OCCURRENCES, base.occurrences(), now.occurrences(), this::row);
    gone(Wire.OCCURRENCES, base.occurrences(), now.occurrences(), this::name);
    if (!Objects.equals(base.scheduler(), now.scheduler())) {
      put(Wire.SCHEDULER, Value.of(row(now.scheduler())));
    }
    if (!base.limits().equals(now.limits())) {
      List<Value<?>> limits = new ArrayList<>();
      now.limits().stream().limit(Wire.MAX_LIMITS).forEach(limit -> limits.add(text(limit)));
      put(Wire.LIMITS, Value.of(limits));
    }
  }

  /** The frame; to be called last, when every string has its number. */
  Value<?> finish() {
    List<Value<?>> newStacks = new ArrayList<>();
    for (List<String> stack : stacks.added()) {
      List<Value<?>> frames = new ArrayList<>(stack.size());
      stack.forEach(line -> frames.add(text(line)));
      newStacks.add(Value.of(frames));
    }
    putUnlessEmpty(Wire.STACKS, newStacks);
    List<Value<?>> newStrings = new ArrayList<>();
    for (String string : strings.added()) {
      newStrings.add(Value.of(string));
      size += string.length() + BYTES_PER_VALUE;
    }
    putUnlessEmpty(Wire.STRINGS, newStrings);
    return Value.of(frame.toArray(new KeyValue[0]));
  }

  /** Roughly how many bytes the frame is, to compare frames with each other. */
  long size() {
    return size;
  }

  private <K, V> void changed(
      String key, Map<K, V> base, Map<K, V> now, Function<V, List<Value<?>>> row) {
    List<Value<?>> rows = new ArrayList<>();
    now.forEach(
        (id, value) -> {
          if (!value.equals(base.get(id))) {
            rows.add(Value.of(row.apply(value)));
          }
        });
    putUnlessEmpty(key, rows);
  }

  private <K, V> void gone(
      String key, Map<K, V> base, Map<K, V> now, Function<K, List<Value<?>>> name) {
    List<Value<?>> names = new ArrayList<>();
    for (K id : base.keySet()) {
      if (!now.containsKey(id)) {
        names.addAll(name.apply(id));
      }
    }
    putUnlessEmpty(key + Wire.GONE, names);
  }

  private List<Value<?>> row(ObservedThread thread) {
    Wait wait = thread.currentWait();
    Evidence evidence = thread.evidence();
    long flags = Wire.code(thread.state()) << Wire.THREAD_STATE_SHIFT;
    flags |= thread.virtual() ? Wire.THREAD_VIRTUAL : 0;
    flags |= evidence != null ? Wire.THREAD_EVIDENCE : 0;
    ThreadTraits traits = thread.traits();
    boolean traitsKnown = !traits.equals(ThreadTraits.UNKNOWN);
    flags |= traitsKnown ? Wire.THREAD_TRAITS : 0;
    flags |= traits.daemon() ? Wire.THREAD_DAEMON : 0;
    if (wait != null) {
      flags |= Wire.THREAD_WAITS;
      flags |= wait.timed() ? Wire.WAIT_TIMED : 0;
      flags |= wait.since() != null ? Wire.WAIT_SINCE : 0;
    }
    List<Value<?>> row = new ArrayList<>(10);
    row.add(value(thread.id()));
    row.add(text(thread.name()));
    row.add(value(flags));
    row.add(stack(thread.stack()));
    if (wait != null) {
      row.add(string(wait.resource()));
      row.add(turn(wait.turn()));
      if (wait.since() != null) {
        row.add(value(Wire.nanos(wait.since())));
      }
    }
    if (evidence != null) {
      row.add(text(evidence.source()));
      row.add(value(evidence.from()));
      row.add(value(evidence.to()));
    }
    if (traitsKnown) {
      row.add(value(traits.priority()));
      row.add(value(traits.cpuNanos()));
      row.add(value(traits.carrier()));
    }
    return row;
  }

  private List<Value<?>> row(Resource resource) {
    List<Value<?>> row = new ArrayList<>(6);
    row.add(string(resource.id()));
    row.add(string(resource.kind().label()));
    row.add(text(resource.className()));
    row.add(text(resource.site()));
    Release release = resource.release();
    if (release instanceof Release.AllOf all) {
      row.add(value(Wire.RELEASE_ALL_OF));
      all.threads().stream().sorted().forEach(thread -> row.add(value(thread)));
    } else if (release instanceof Release.AnyOf any) {
      row.add(value(Wire.RELEASE_ANY_OF));
      any.threads().stream().sorted().forEach(thread -> row.add(value(thread)));
    } else if (release instanceof Release.ServedBy served) {
      row.add(value(Wire.RELEASE_SERVED_BY));
      row.add(string(served.executor()));
    } else if (release instanceof Release.Believed believed) {
      row.add(value(Wire.RELEASE_BELIEVED));
      row.add(text(believed.why()));
      believed.threads().stream().sorted().forEach(thread -> row.add(value(thread)));
    } else {
      row.add(value(Wire.RELEASE_UNKNOWN));
    }
    return row;
  }

  private List<Value<?>> row(ExecutorState executor) {
    Duration oldest = executor.oldestQueued();
    List<Value<?>> row = new ArrayList<>(13 + executor.workers().size());
    row.add(string(executor.id()));
    row.add(text(executor.name()));
    row.add(text(executor.type()));
    row.add(text(executor.site()));
    row.add(
        value(
            (executor.mayGrow() ? Wire.EXECUTOR_MAY_GROW : 0)
                | (oldest != null ? Wire.EXECUTOR_OLDEST : 0)));
    row.add(value(executor.core()));
    row.add(value(executor.limit()));
    row.add(value(executor.active()));
    row.add(value(executor.queued()));
    row.add(value(executor.queueCapacity()));
    row.add(value(executor.completed()));
    row.add(value(executor.rejected()));
    if (oldest != null) {
      row.add(value(oldest.toNanos()));
    }
    executor.workers().forEach(worker -> row.add(value(worker)));
    return row;
  }

  private List<Value<?>> row(QueueState queue) {
    List<Value<?>> row = new ArrayList<>(7);
    row.add(string(queue.id()));
    row.add(text(queue.className()));
    row.add(text(queue.site()));
    row.add(value(queue.size()));
    row.add(value(queue.capacity()));
    row.add(value(queue.puts()));
    row.add(value(queue.takes()));
    return row;
  }

  private List<Value<?>> row(@Nullable VirtualScheduler scheduler) {
    return scheduler == null
        ? List.of()
        : List.of(
            value(scheduler.parallelism()),
            value(scheduler.carriers()),
            value(scheduler.mounted()),
            value(scheduler.queued()));
  }

  private List<Value<?>> row(LockActivity activity) {
    List<Value<?>> row = new ArrayList<>(name(LockSite.of(activity)));
    row.add(value(activity.contentions()));
    row.add(value(activity.waitNanos()));
    return row;
  }

  private List<Value<?>> name(LockSite lock) {
    return List.of(string(lock.kind().label()), text(lock.lockClass()), text(lock.site()));
  }

  private List<Value<?>> row(Occurrence occurrence) {
    List<Value<?>> row = new ArrayList<>(name(Content.What.of(occurrence)));
    row.add(text(occurrence.site()));
    row.add(value(occurrence.count()));
    row.add(value(occurrence.recent()));
    row.add(value(Math.round(occurrence.bunched() * Wire.WHOLE_SHARE)));
    return row;
  }

  private List<Value<?>> name(Content.What what) {
    return List.of(string(what.kind().label()), text(what.subject()));
  }

  private Value<?> value(long number) {
    size += BYTES_PER_VALUE;
    return Value.of(number);
  }

  /** The number of a string that must arrive as it is, because other rows refer to it. */
  private Value<?> string(String string) {
    return value(strings.numberOf(string));
  }

  /** The number of a string for people, cut when it is longer than anyone would read. */
  private Value<?> text(String text) {
    return string(
        text.length() <= Wire.MAX_STRING_LENGTH
            ? text
            : text.substring(0, Wire.MAX_STRING_LENGTH - 1) + "…");
  }

  private Value<?> stack(List<String> stack) {
    return value(
        stacks.numberOf(
            stack.size() <= Wire.MAX_FRAMES ? stack : stack.subList(0, Wire.MAX_FRAMES)));
  }

  /**
   * A turn is new each time and gets no number. Cut, it could prove what is not so: none is sent.
   */
  private Value<?> turn(String turn) {
    String sent = turn.length() <= Wire.MAX_STRING_LENGTH ? turn : "";
    size += sent.length() + BYTES_PER_VALUE;
    return Value.of(sent);
  }

  private void putUnlessEmpty(String key, List<Value<?>> values) {
    if (!values.isEmpty()) {
      put(key, Value.of(values));
    }
  }

  private void put(String key, Value<?> value) {
    frame.add(KeyValue.of(key, value));
  }
}
