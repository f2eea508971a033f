package dev.unpark.agent.library;

import dev.unpark.agent.bootstrap.Gaps;
import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.bootstrap.LibraryTable;
import dev.unpark.diagnosis.model.Frames;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pools, limiters, breakers and consumers that hooks have met, by label, with what was counted.
 *
 * <p>What an instance counted stays in the sums of its label when it has been collected: a counter
 * must not fall.
 *
 * <p><b>Threading:</b> one reader. <b>When full:</b> from {@value #MOST_LABELS} labels of a kind
 * on, further instances go by the name of {@value #OTHER}.
 */
public final class Instances {
  private static final int MOST_LABELS = 200;
  private static final String OTHER = "other";

  /** Frames of a trace that are not where an instance was made, but how. */
  private static final List<String> MAKERS =
      List.of("dev.unpark.agent.bootstrap.", "com.google.common.util.concurrent.");

  private final Map<LibraryHandle, Key> keys = new IdentityHashMap<>();
  private final Map<Key, Sums> gone = new LinkedHashMap<>();

  /**
   * @param kind one of those of {@link LibraryHandle}
   */
  public record Key(int kind, String label) {}

  /** One that is alive. The reference is for now, not to be kept. */
  public record Live(Key key, LibraryHandle handle, Object instance) {}

  /** Those that are alive. */
  public List<Live> live() {
    List<Live> live = new ArrayList<>();
    for (int row = 0; row < LibraryTable.CAPACITY; row++) {
      LibraryHandle handle = LibraryTable.handle(row);
      Object instance = handle == null ? null : handle.get();
      if (handle != null && instance != null) {
        Key known = keys.get(handle);
        if (known == null) {
          known = key(handle, label(handle, instance));
          keys.put(handle, known);
        }
        live.add(new Live(known, handle, instance));
      }
    }
    return live;
  }

  /** What was counted so far, of those that are alive and those that were, as of {@link #live}. */
  public Map<Key, Sums> sums() {
    for (Iterator<Map.Entry<LibraryHandle, Key>> all = keys.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<LibraryHandle, Key> entry = all.next();
      if (entry.getKey().refersTo(null)) {
        gone.computeIfAbsent(entry.getValue(), key -> new Sums()).add(entry.getKey());
        all.remove();
      }
    }
    Map<Key, Sums> sums = new LinkedHashMap<>();
    gone.forEach((key, past) -> sums.computeIfAbsent(key, k -> new Sums()).add(past));
    keys.forEach((handle, key) -> sums.computeIfAbsent(key, k -> new Sums()).add(handle));
    return sums;
  }

  private Key key(LibraryHandle handle, String label) {
    Key key = new Key(handle.kind(), label);
    if (keys.containsValue(key) || gone.containsKey(key)) {
      return key;
    }
    long labels =
        keys.values().stream().filter(k -> k.kind() == handle.kind()).distinct().count()
            + gone.keySet().stream().filter(k -> k.kind() == handle.kind()).count();
    return labels < MOST_LABELS ? key : new Key(handle.kind(), OTHER);
  }

  private static String label(LibraryHandle handle, Object instance) {
    if (handle.isPool()) {
      return Pool.of(handle, instance).name();
    }
    StackTraceElement[] creation = handle.creation();
    String name = creation == null ? Call.text(instance, "getName") : site(creation);
    return name.isEmpty() ? instance.getClass().getSimpleName() : name;
  }

  private static String site(StackTraceElement[] creation) {
    for (StackTraceElement element : creation) {
      if (MAKERS.stream().noneMatch(element.getClassName()::startsWith)) {
        return Frames.withoutHiddenNumbers(Frames.brief(element.toString()));
      }
    }
    return "";
  }

  /** Sums of one label. */
  public static final class Sums {
    private final Distribution waits = new Distribution();
    private final Distribution uses = new Distribution();
    private final long[] gaps = new long[Gaps.CLASSES];
    private long hits;
    private long failures;

    private void add(LibraryHandle handle) {
      hits += handle.counted(LibraryTable.HITS);
      failures += handle.counted(LibraryTable.FAILURES);
      waits.add(handle.waits());
      uses.add(handle.uses());
      Gaps more = handle.gaps();
      if (more != null) {
        for (int i = 0; i < gaps.length; i++) {
          gaps[i] += more.count(i);
        }
      }
    }

    private void add(Sums other) {
      hits += other.hits;
      failures += other.failures;
      waits.add(other.waits);
      uses.add(other.uses);
      for (int i = 0; i < gaps.length; i++) {
        gaps[i] += other.gaps[i];
      }
    }

    /** Calls refused, made to wait, or tried again. */
    public long hits() {
      return hits;
    }

    /** Threads that waited in vain; calls that were given up after some tries. */
    public long failures() {
      return failures;
    }

    /** How soon calls that are tried again follow one another, by the classes of {@link Gaps}. */
    public long[] gaps() {
      return gaps.clone();
    }

    /** How long threads waited for a connection; empty unless it is a pool. */
    public Distribution waits() {
      return waits;
    }

    /** How long connections were in use; empty unless it is a pool. */
    public Distribution uses() {
      return uses;
    }
  }
}
