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
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
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
  private final Map<String, Value<?>> fields = new HashMap<>();
  private List<String> strings = List.of();
  private List<List<String>> stacks = List.of();

  @SuppressWarnings("unchecked") // the type of a value is the type of what it holds
  FrameReader(Value<?> body) throws MalformedObservation {
    if (body.getType() != ValueType.KEY_VALUE_LIST) {
      throw new MalformedObservation(
          "body: found %s, expected a key-value list".formatted(body.getType()));
    }
    for (KeyValue field : (List<KeyValue>) body.getValue()) {
      fields.put(field.getKey(), field.getValue());
    }
    long layout = required(Wire.LAYOUT);
    if (layout != Wire.VERSION) {
      throw new MalformedObservation(
          "v: found layout %d, expected %d; agent and collector differ in version"
              .formatted(layout, Wire.VERSION));
    }
  }

  long required(String key) throws MalformedObservation {
    Value<?> value = fields.get(key);
    if (value == null) {
      throw new MalformedObservation("'%s' is missing".formatted(key));
    }
    return Row.number(key, value);
  }

  /** Reads the strings and stacks that the rows refer to, numbered on from those of the base. */
  void tables(List<String> baseStrings, List<List<String>> baseStacks) throws MalformedObservation {
    List<Value<?>> newStrings = rows(Wire.STRINGS, Wire.MAX_STRINGS);
    strings = new ArrayList<>(baseStrings.size() + newStrings.size());
    strings.addAll(baseStrings);
    for (Value<?> string : newStrings) {
      strings.add(Row.string(Wire.STRINGS, string));
    }
    List<Value<?>> newStacks = rows(Wire.STACKS, Wire.MAX_STACKS);
    stacks = new ArrayList<>(baseStacks.size() + newStacks.size());
    stacks.addAll(baseStacks);
    for (Value<?> stack : newStacks) {
      stacks.add(stack(new Row(Wire.STACKS, stack, strings)));
    }
  }

  List<String> strings() {
    return strings;
  }

  List<List<String>> stacks() {
    return stacks;
  }

  /** What {@code base} becomes by this frame; {@code base} itself stays as it is. */
  Content applyTo(Content base) throws MalformedObservation {
    Content content = base.copy();
    for (Value<?> id : rows(Wire.THREADS + Wire.GONE, Wire.MAX_THREADS)) {
      content.threads().remove(Row.number(Wire.THREADS + Wire.GONE, id));
    }
    for (String id : names(Wire.RESOURCES, Wire.MAX_RESOURCES)) {
      content.resources().remove(id);
    }
    for (String id : names(Wire.EXECUTORS, Wire.MAX_EXECUTORS)) {
      content.executors().remove(id);
    }
    List<String> locks = names(Wire.LOCKS, 3 * Wire.MAX_LOCKS);
    for (int i = 0; i + 2 < locks.size(); i += 3) {
      content
          .locks()
          .remove(new LockSite(ResourceKind.of(locks.get(i)), locks.get(i + 1), locks.get(i + 2)));
    }
    for (String id : names(Wire.QUEUES, Wire.MAX_QUEUES)) {
      content.queues().remove(id);
    }
    for (Value<?> row : rows(Wire.THREADS, Wire.MAX_THREADS)) {
      ObservedThread thread = thread(new Row(Wire.THREADS, row, strings));
      content.threads().put(thread.id(), thread);
    }
    for (Value<?> row : rows(Wire.RESOURCES, Wire.MAX_RESOURCES)) {
      Resource resource = resource(new Row(Wire.RESOURCES, row, strings));
      content.resources().put(resource.id(), resource);
    }
    for (Value<?> row : rows(Wire.EXECUTORS, Wire.MAX_EXECUTORS)) {
      ExecutorState executor = executor(new Row(Wire.EXECUTORS, row, strings));
      content.executors().put(executor.id(), executor);
    }
    for (Value<?> row : rows(Wire.LOCKS, Wire.MAX_LOCKS)) {
      LockActivity lock = lock(new Row(Wire.LOCKS, row, strings));
      content.locks().put(LockSite.of(lock), lock);
    }
    for (Value<?> row : rows(Wire.QUEUES, Wire.MAX_QUEUES)) {
      QueueState queue = queue(new Row(Wire.QUEUES, row, strings));
      content.queues().put(queue.id(), queue);
    }
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
    for (Value<?> number : rows(Wire.LIMITS, Wire.MAX_LIMITS)) {
      limits.add(string(Wire.LIMITS, number));
    }
    return limits;
  }

  private List<String> names(String key, int most) throws MalformedObservation {
    List<String> names = new ArrayList<>();
    for (Value<?> number : rows(key + Wire.GONE, most)) {
      names.add(string(key + Wire.GONE, number));
    }
    return names;
  }

  private String string(String place, Value<?> number) throws MalformedObservation {
    return new Row(place, Value.of(number), strings).string();
  }

  private List<Value<?>> rows(String key, int most) throws MalformedObservation {
    Value<?> value = fields.get(key);
    if (value == null) {
      return List.of();
    }
    List<Value<?>> rows = Row.list(key, value);
    if (rows.size() > most) {
      throw new MalformedObservation(
          "%s has %d rows, at most %d are accepted".formatted(key, rows.size(), most));
    }
    return rows;
  }

  private static List<String> stack(Row row) throws MalformedObservation {
    List<String> stack = new ArrayList<>();
    while (row.hasNext()) {
      if (stack.size() == Wire.MAX_FRAMES) {
        throw row.wrong("a stack of more than %d frames".formatted(Wire.MAX_FRAMES));
      }
      stack.add(row.string());
    }
    return List.copyOf(stack);
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
    Value<?> value = fields.get(Wire.SCHEDULER);
    if (value == null) {
      return before;
    }
    Row row = new Row(Wire.SCHEDULER, value, strings);
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
