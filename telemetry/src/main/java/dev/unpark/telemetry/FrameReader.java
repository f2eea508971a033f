package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.model.Wait;
import io.opentelemetry.api.common.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one frame as {@link Wire} lays it out, trusting nothing. Used once. */
final class FrameReader {
  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  private final Map<String, WireBytes.Slice> fields = new HashMap<>();
  private List<String> strings = List.of();
  private List<List<String>> stacks = List.of();

  /**
   * @param body an {@code AnyValue} of OTLP, as protobuf
   */
  FrameReader(byte[] body, int from, int to) throws MalformedObservation {
    WireBytes value = new WireBytes(body, from, to);
    value.any();
    if (value.type() != ValueType.KEY_VALUE_LIST) {
      throw new MalformedObservation(
          "body: found %s, expected a key-value list".formatted(value.type()));
    }
    WireBytes list = value.content().open();
    while (list.toElement()) {
      list.tag();
      field(list.slice().open());
    }
    long layout = required(Wire.LAYOUT);
    if (layout != Wire.VERSION) {
      throw new MalformedObservation(
          "v: found layout %d, expected %d; agent and collector differ in version"
              .formatted(layout, Wire.VERSION));
    }
  }

  private void field(WireBytes pair) throws MalformedObservation {
    String key = "";
    WireBytes.Slice value = new WireBytes.Slice(new byte[0], 0, 0);
    while (pair.hasMore()) {
      int tag = pair.tag();
      if (tag == KEY) {
        WireBytes.Slice text = pair.slice();
        key = SharedTexts.text(text.bytes(), text.from(), text.to());
      } else if (tag == VALUE) {
        value = pair.slice();
      } else {
        pair.skip(tag);
      }
    }
    fields.put(key, value);
  }

  long required(String key) throws MalformedObservation {
    WireBytes.Slice field = fields.get(key);
    if (field == null) {
      throw new MalformedObservation("'%s' is missing".formatted(key));
    }
    WireBytes value = field.open();
    value.any();
    if (value.type() != ValueType.LONG) {
      throw Row.unexpected(key, value.type(), "a number");
    }
    return value.number();
  }

  /** Reads the strings and stacks that the rows refer to, numbered on from those of the base. */
  void tables(List<String> baseStrings, List<List<String>> baseStacks) throws MalformedObservation {
    if (fields.containsKey(Wire.STRINGS)) {
      List<String> all = new ArrayList<>(baseStrings);
      each(Wire.STRINGS, Wire.MAX_STRINGS, rows -> all.add(rows.plainString()));
      strings = all;
    } else {
      strings = baseStrings;
    }
    if (fields.containsKey(Wire.STACKS)) {
      List<List<String>> all = new ArrayList<>(baseStacks);
      each(Wire.STACKS, Wire.MAX_STACKS, rows -> all.add(stack(rows.row())));
      stacks = all;
    } else {
      stacks = baseStacks;
    }
  }

  /** Takes the next of some rows. */
  private interface Taker {
    void take(Row rows) throws MalformedObservation;
  }

  private void each(String key, int most, Taker taker) throws MalformedObservation {
    WireBytes.Slice field = fields.get(key);
    if (field == null) {
      return;
    }
    Row rows = list(key, field);
    for (int n = 0; rows.hasNext(); n++) {
      if (n == most) {
        throw new MalformedObservation(
            "%s has more than the %d rows that are accepted".formatted(key, most));
      }
      taker.take(rows);
    }
  }

  private Row list(String key, WireBytes.Slice field) throws MalformedObservation {
    WireBytes value = field.open();
    value.any();
    if (value.type() != ValueType.ARRAY) {
      throw Row.unexpected(key, value.type(), "a list");
    }
    return new Row(key, value.content(), strings);
  }

  List<String> strings() {
    return strings;
  }

  List<List<String>> stacks() {
    return stacks;
  }

  /**
   * What {@code base} becomes by this frame; {@code base} itself stays as it is.
   *
   * @param before the threads of the last look; one that is as it was then stays the same object
   */
  Content applyTo(Content base, Map<Long, ObservedThread> before) throws MalformedObservation {
    Content content = base.copy();
    each(
        Wire.THREADS + Wire.GONE,
        Wire.MAX_THREADS,
        gone -> content.threads().remove(gone.number()));
    each(
        Wire.RESOURCES + Wire.GONE,
        Wire.MAX_RESOURCES,
        gone -> content.resources().remove(gone.string()));
    each(
        Wire.EXECUTORS + Wire.GONE,
        Wire.MAX_EXECUTORS,
        gone -> content.executors().remove(gone.string()));
    each(
        Wire.LOCKS + Wire.GONE,
        Wire.MAX_LOCKS,
        gone ->
            content
                .locks()
                .remove(
                    new LockSite(ResourceKind.of(gone.string()), gone.string(), gone.string())));
    each(Wire.QUEUES + Wire.GONE, Wire.MAX_QUEUES, gone -> content.queues().remove(gone.string()));
    each(
        Wire.THREADS,
        Wire.MAX_THREADS,
        rows -> {
          ObservedThread thread = thread(rows.row());
          ObservedThread known = before.get(thread.id());
          content.threads().put(thread.id(), thread.equals(known) ? known : thread);
        });
    each(
        Wire.RESOURCES,
        Wire.MAX_RESOURCES,
        rows -> {
          Resource resource = resource(rows.row());
          content.resources().put(resource.id(), resource);
        });
    each(
        Wire.EXECUTORS,
        Wire.MAX_EXECUTORS,
        rows -> {
          ExecutorState executor = executor(rows.row());
          content.executors().put(executor.id(), executor);
        });
    each(
        Wire.LOCKS,
        Wire.MAX_LOCKS,
        rows -> {
          LockActivity lock = lock(rows.row());
          content.locks().put(LockSite.of(lock), lock);
        });
    each(
        Wire.QUEUES,
        Wire.MAX_QUEUES,
        rows -> {
          QueueState queue = queue(rows.row());
          content.queues().put(queue.id(), queue);
        });
    Content complete =
        new Content(
            content.threads(),
            content.resources(),
            content.executors(),
            content.locks(),
            content.queues(),
            scheduler(base.scheduler()),
            fields.containsKey(Wire.LIMITS) ? limits() : base.limits());
    refuseIfTooLarge(complete);
    return complete;
  }

  /** A delta may be within the bounds and still carry a large base beyond them. */
  private static void refuseIfTooLarge(Content content) throws MalformedObservation {
    if (content.threads().size() > Wire.MAX_THREADS
        || content.resources().size() > Wire.MAX_RESOURCES
        || content.executors().size() > Wire.MAX_EXECUTORS
        || content.locks().size() > Wire.MAX_LOCKS
        || content.queues().size() > Wire.MAX_QUEUES) {
      throw new MalformedObservation(
          "%d threads, %d resources, %d executors, %d lock sites, %d queues are more than accepted"
              .formatted(
                  content.threads().size(),
                  content.resources().size(),
                  content.executors().size(),
                  content.locks().size(),
                  content.queues().size()));
    }
  }

  private List<String> limits() throws MalformedObservation {
    List<String> limits = new ArrayList<>();
    each(Wire.LIMITS, Wire.MAX_LIMITS, rows -> limits.add(rows.string()));
    return limits;
  }

  private static List<String> stack(Row row) throws MalformedObservation {
    List<String> stack = new ArrayList<>();
    while (row.hasNext()) {
      if (stack.size() == Wire.MAX_FRAMES) {
        throw row.wrong("a stack of more than %d frames".formatted(Wire.MAX_FRAMES));
      }
      stack.add(row.string());
    }
    return SharedTexts.stack(stack);
  }

  private ObservedThread thread(Row row) throws MalformedObservation {
    long id = row.number();
    String name = row.string();
    long flags = row.number();
    List<String> stack = row.pick(row.number(), stacks, "stack");
    Wait wait = has(flags, Wire.THREAD_WAITS) ? wait(flags, row) : null;
    return new ObservedThread(
        id,
        name,
        has(flags, Wire.THREAD_VIRTUAL),
        Wire.state(flags >>> Wire.THREAD_STATE_SHIFT & Wire.THREAD_STATE_MASK),
        wait,
        stack,
        has(flags, Wire.THREAD_EVIDENCE) ? evidence(row) : null,
        has(flags, Wire.THREAD_TRAITS) ? traits(flags, row) : ThreadTraits.UNKNOWN);
  }

  private static ThreadTraits traits(long flags, Row row) throws MalformedObservation {
    return new ThreadTraits(
        row.count(), has(flags, Wire.THREAD_DAEMON), row.number(), row.number());
  }

  private static Wait wait(long flags, Row row) throws MalformedObservation {
    String resource = row.string();
    if (resource.isEmpty()) {
      throw row.wrong("a wait without a resource");
    }
    String turn = row.plainString();
    @Nullable Instant since = has(flags, Wire.WAIT_SINCE) ? Wire.instant(row.number()) : null;
    return new Wait(resource, has(flags, Wire.WAIT_TIMED), turn, since);
  }

  private static Evidence evidence(Row row) throws MalformedObservation {
    String source = row.string();
    int from = row.count();
    int to = row.count();
    if (from < 1 || to < from) {
      throw row.wrong("lines %d to %d are no range".formatted(from, to));
    }
    return new Evidence(source, from, to);
  }

  private static Resource resource(Row row) throws MalformedObservation {
    String id = identity(row);
    ResourceKind kind = ResourceKind.of(row.string());
    String className = row.string();
    String site = row.string();
    return new Resource(id, kind, className, site, release(row));
  }

  private static Release release(Row row) throws MalformedObservation {
    long code = row.number();
    if (code == Wire.RELEASE_ALL_OF) {
      return new Release.AllOf(row.restAsSet());
    }
    if (code == Wire.RELEASE_ANY_OF) {
      if (!row.hasNext()) {
        throw row.wrong("any of no threads");
      }
      return new Release.AnyOf(row.restAsSet());
    }
    if (code == Wire.RELEASE_SERVED_BY) {
      return new Release.ServedBy(row.string());
    }
    if (code == Wire.RELEASE_BELIEVED) {
      String why = row.string();
      return new Release.Believed(row.restAsSet(), why);
    }
    // A newer version may know more ways out of a wait; what nobody knows never counts as stuck.
    return new Release.Unknown();
  }

  private static ExecutorState executor(Row row) throws MalformedObservation {
    String id = identity(row);
    String name = row.string();
    String type = row.string();
    String site = row.string();
    long flags = row.number();
    int core = row.count();
    int limit = row.count();
    int active = row.count();
    int queued = row.count();
    int capacity = row.count();
    long completed = row.number();
    long rejected = row.number();
    @Nullable Duration oldest =
        has(flags, Wire.EXECUTOR_OLDEST) ? Duration.ofNanos(row.number()) : null;
    List<Long> workers = new ArrayList<>();
    while (row.hasNext()) {
      workers.add(row.number());
    }
    return new ExecutorState(
        id,
        name,
        type,
        site,
        workers,
        has(flags, Wire.EXECUTOR_MAY_GROW),
        core,
        limit,
        active,
        queued,
        capacity,
        completed,
        rejected,
        oldest);
  }

  private static QueueState queue(Row row) throws MalformedObservation {
    return new QueueState(
        identity(row),
        row.string(),
        row.string(),
        row.count(),
        row.count(),
        row.number(),
        row.number());
  }

  private @Nullable VirtualScheduler scheduler(@Nullable VirtualScheduler before)
      throws MalformedObservation {
    WireBytes.Slice field = fields.get(Wire.SCHEDULER);
    if (field == null) {
      return before;
    }
    Row row = list(Wire.SCHEDULER, field);
    return row.hasNext()
        ? new VirtualScheduler(row.count(), row.count(), row.count(), row.count())
        : null;
  }

  private static LockActivity lock(Row row) throws MalformedObservation {
    return new LockActivity(
        ResourceKind.of(row.string()), row.string(), row.string(), row.number(), row.number());
  }

  private static String identity(Row row) throws MalformedObservation {
    String id = row.string();
    if (id.isEmpty()) {
      throw row.wrong("an empty id");
    }
    return id;
  }

  private static boolean has(long flags, long flag) {
    return (flags & flag) != 0;
  }
}
