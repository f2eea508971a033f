package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.VirtualScheduler;
import io.opentelemetry.api.common.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one frame as {@link Wire} lays it out, trusting nothing. Used once. */
final class FrameReader {
  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  /** Names of fields, those of newer versions included. */
  private static final int MAX_FIELDS = 64;

  // About what things take in memory, with their entry in a map or set: for a bound, not a bill.
  private static final int STRING_BYTES = 64;
  private static final int ROW_BYTES = 160;

  private final Map<String, WireBytes.Slice> fields = new HashMap<>();
  private List<String> strings = List.of();
  private RowReader reader = new RowReader(List.of());
  private final Set<Object> held = Collections.newSetFromMap(new IdentityHashMap<>());
  private long weight;
  private long fresh;

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
    if (fields.size() > MAX_FIELDS) {
      throw new MalformedObservation(
          "a frame with more than the %d fields that are accepted".formatted(MAX_FIELDS));
    }
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

  /** What of the strings and stacks is the same object as one of these takes no more memory. */
  void held(List<String> heldStrings, List<List<String>> heldStacks) {
    held.addAll(heldStrings);
    held.addAll(heldStacks);
  }

  /** Reads the strings and stacks that the rows refer to, numbered on from those of the base. */
  void tables(List<String> baseStrings, List<List<String>> baseStacks) throws MalformedObservation {
    if (fields.containsKey(Wire.STRINGS)) {
      List<String> all = new ArrayList<>(baseStrings);
      each(
          Wire.STRINGS,
          Wire.MAX_STRINGS,
          each -> {
            String text = each.plainString();
            all.add(text);
            weigh(STRING_BYTES + text.length(), held.contains(text));
          });
      strings = all;
    } else {
      strings = baseStrings;
    }
    if (fields.containsKey(Wire.STACKS)) {
      List<List<String>> all = new ArrayList<>(baseStacks);
      each(Wire.STACKS, Wire.MAX_STACKS, each -> all.add(stack(each.row())));
      reader = new RowReader(all);
    } else {
      reader = new RowReader(baseStacks);
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
    return reader.stacks();
  }

  /** About how many bytes of memory all takes that was read. */
  long weight() {
    return weight + reader.weight();
  }

  /** About how many bytes of it were not held already. */
  long fresh() {
    return fresh + reader.weight();
  }

  private void weigh(long bytes, boolean known) {
    weight += bytes;
    fresh += known ? 0 : bytes;
  }

  /**
   * What {@code base} becomes by this frame; {@code base} itself stays as it is.
   *
   * @param before the last look; a thread or resource that is as it was then stays the same object
   */
  Content applyTo(Content base, Content before) throws MalformedObservation {
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
        Wire.OCCURRENCES + Wire.GONE,
        Wire.MAX_OCCURRENCES,
        gone ->
            content
                .occurrences()
                .remove(new Content.What(Occurrence.Kind.of(gone.string()), gone.string())));
    each(
        Wire.THREADS,
        Wire.MAX_THREADS,
        each -> {
          ObservedThread thread = reader.thread(each.row());
          ObservedThread known = before.threads().get(thread.id());
          boolean same = thread.equals(known);
          content.threads().put(thread.id(), same ? known : thread);
          weigh(ROW_BYTES, same);
        });
    each(
        Wire.RESOURCES,
        Wire.MAX_RESOURCES,
        each -> {
          Resource resource = reader.resource(each.row());
          Resource known = before.resources().get(resource.id());
          boolean same = resource.equals(known);
          content.resources().put(resource.id(), same ? known : resource);
          weigh(ROW_BYTES, same);
        });
    each(
        Wire.EXECUTORS,
        Wire.MAX_EXECUTORS,
        each -> {
          ExecutorState executor = reader.executor(each.row());
          content.executors().put(executor.id(), executor);
          weigh(ROW_BYTES, false);
        });
    each(
        Wire.LOCKS,
        Wire.MAX_LOCKS,
        each -> {
          LockActivity lock = RowReader.lock(each.row());
          content.locks().put(LockSite.of(lock), lock);
          weigh(ROW_BYTES, false);
        });
    each(
        Wire.QUEUES,
        Wire.MAX_QUEUES,
        each -> {
          QueueState queue = RowReader.queue(each.row());
          content.queues().put(queue.id(), queue);
          weigh(ROW_BYTES, false);
        });
    each(
        Wire.OCCURRENCES,
        Wire.MAX_OCCURRENCES,
        each -> {
          Occurrence occurrence = RowReader.occurrence(each.row());
          content.occurrences().put(Content.What.of(occurrence), occurrence);
          weigh(ROW_BYTES, false);
        });
    weigh((long) RowReader.REFERENCE_BYTES * content.threads().size(), false);
    Content complete =
        new Content(
            content.threads(),
            content.resources(),
            content.executors(),
            content.locks(),
            content.queues(),
            content.occurrences(),
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
        || content.queues().size() > Wire.MAX_QUEUES
        || content.occurrences().size() > Wire.MAX_OCCURRENCES) {
      throw new MalformedObservation(
          ("%d threads, %d resources, %d executors, %d lock sites, %d queues, %d occurrences"
                  + " are more than accepted")
              .formatted(
                  content.threads().size(),
                  content.resources().size(),
                  content.executors().size(),
                  content.locks().size(),
                  content.queues().size(),
                  content.occurrences().size()));
    }
  }

  private List<String> limits() throws MalformedObservation {
    List<String> limits = new ArrayList<>();
    each(Wire.LIMITS, Wire.MAX_LIMITS, each -> limits.add(each.string()));
    return limits;
  }

  private List<String> stack(Row row) throws MalformedObservation {
    List<String> stack = new ArrayList<>();
    while (row.hasNext()) {
      if (stack.size() == Wire.MAX_FRAMES) {
        throw row.wrong("a stack of more than %d frames".formatted(Wire.MAX_FRAMES));
      }
      stack.add(row.string());
    }
    List<String> shared = SharedTexts.stack(stack);
    weigh(STRING_BYTES + (long) RowReader.REFERENCE_BYTES * stack.size(), held.contains(shared));
    return shared;
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
}
