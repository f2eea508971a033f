package dev.unpark.telemetry;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes what rows of a frame describe, as {@link Wire} lays them out. Used for one frame. */
final class RowReader {
  static final int REFERENCE_BYTES = 8;

  /** About what an owner or worker takes in memory, with its entry in a set. */
  private static final int MEMBER_BYTES = 64;

  private final List<List<String>> stacks;
  private int membersLeft = Wire.MAX_MEMBERS;
  private long turns;

  /**
   * @param stacks what the stack numbers of this frame stand for
   */
  RowReader(List<List<String>> stacks) {
    this.stacks = stacks;
  }

  List<List<String>> stacks() {
    return stacks;
  }

  /** About how many bytes owners, workers and turns take that were read so far. */
  long weight() {
    return (long) MEMBER_BYTES * (Wire.MAX_MEMBERS - membersLeft) + turns;
  }

  ObservedThread thread(Row row) throws MalformedObservation {
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

  private Wait wait(long flags, Row row) throws MalformedObservation {
    String resource = row.string();
    if (resource.isEmpty()) {
      throw row.wrong("a wait without a resource");
    }
    String turn = row.plainString();
    turns += turn.length();
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

  Resource resource(Row row) throws MalformedObservation {
    String id = identity(row);
    ResourceKind kind = ResourceKind.of(row.string());
    String className = row.string();
    String site = row.string();
    return new Resource(id, kind, className, site, release(row));
  }

  private Release release(Row row) throws MalformedObservation {
    long code = row.number();
    if (code == Wire.RELEASE_ALL_OF) {
      return new Release.AllOf(members(row));
    }
    if (code == Wire.RELEASE_ANY_OF) {
      if (!row.hasNext()) {
        throw row.wrong("any of no threads");
      }
      return new Release.AnyOf(members(row));
    }
    if (code == Wire.RELEASE_SERVED_BY) {
      return new Release.ServedBy(row.string());
    }
    if (code == Wire.RELEASE_BELIEVED) {
      String why = row.string();
      return new Release.Believed(members(row), why);
    }
    // A newer version may know more ways out of a wait; what nobody knows never counts as stuck.
    return new Release.Unknown();
  }

  /** Every number that is left of the row, once each. */
  private Set<Long> members(Row row) throws MalformedObservation {
    Set<Long> members = new HashSet<>();
    while (row.hasNext()) {
      members.add(member(row));
    }
    return members;
  }

  private long member(Row row) throws MalformedObservation {
    if (--membersLeft < 0) {
      throw row.wrong(
          "more than the %d owners and workers that are accepted".formatted(Wire.MAX_MEMBERS));
    }
    return row.number();
  }

  ExecutorState executor(Row row) throws MalformedObservation {
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
      workers.add(member(row));
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

  static QueueState queue(Row row) throws MalformedObservation {
    return new QueueState(
        identity(row),
        row.string(),
        row.string(),
        row.count(),
        row.count(),
        row.number(),
        row.number());
  }

  static Occurrence occurrence(Row row) throws MalformedObservation {
    Occurrence.Kind kind = Occurrence.Kind.of(row.string());
    String subject = row.string();
    String site = row.string();
    long count = row.number();
    long recent = row.number();
    long bunched = row.number();
    if (recent < 0 || count < recent || bunched < 0 || bunched > Wire.WHOLE_SHARE) {
      throw row.wrong("%d of %d recent, %d bunched".formatted(recent, count, bunched));
    }
    return new Occurrence(kind, subject, site, count, recent, (double) bunched / Wire.WHOLE_SHARE);
  }

  static LockActivity lock(Row row) throws MalformedObservation {
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
