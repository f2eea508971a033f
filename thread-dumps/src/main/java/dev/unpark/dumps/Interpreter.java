package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Concludes from what a dump prints who waits for what, and who holds it. One per dump.
 *
 * <p>A lock that two threads claim, or none, has an unknown holder: dumps of the JSON form are not
 * taken at one moment, owners may be virtual threads that the dump does not show, and half of a
 * dump may be missing. Not to know is never an error here, to guess is.
 */
final class Interpreter {
  private final PrintedDump dump;
  private final SharedValues shared;
  private final Map<String, Long> frameHashes = new HashMap<>();
  private final Map<PrintedThread, Long> ids = new HashMap<>();
  private final Map<PrintedThread, PrintedWait> waits = new HashMap<>();
  private final Map<String, Set<Long>> owners = new HashMap<>();
  private final Map<String, LockClass> heldClasses = new LinkedHashMap<>();

  private @Nullable Map<String, Set<PrintedThread>> initializers;

  private Interpreter(PrintedDump dump, SharedValues shared) {
    this.dump = dump;
    this.shared = shared;
  }

  /**
   * @param fallback the time of a dump that does not tell its own
   * @param shared those of the file
   */
  static Dump interpret(PrintedDump dump, Instant fallback, SharedValues shared) {
    return new Interpreter(dump, shared).interpret(fallback);
  }

  private Dump interpret(Instant fallback) {
    nameThreads();
    for (PrintedThread thread : dump.threads) {
      PrintedWait wait = PrintedWait.of(thread);
      if (wait != null) {
        waits.put(thread, wait);
      }
      holdings(thread, wait);
    }
    ownersByFact();
    List<ReportedDeadlock> reported = new ArrayList<>();
    Map<String, List<PrintedThread>> byName = new HashMap<>();
    dump.threads.forEach(t -> byName.computeIfAbsent(t.name, name -> new ArrayList<>()).add(t));
    dump.deadlocks.forEach(section -> reported.add(factsOf(section, byName)));
    Instant time = dump.time == null ? fallback : dump.time;
    Observation observation =
        new Observation(
            identity(),
            time,
            threads(),
            resources(),
            List.of(),
            List.of(),
            Limits.of(dump, lacksOwner()),
            List.of(),
            dump.scheduler);
    return new Dump(
        observation,
        dump.time != null,
        jvmKey(),
        dump.threadCount,
        dump.unread,
        dump.unreadCount,
        dump.truncated,
        reported,
        new Evidence(dump.source, dump.firstLine, Math.max(dump.firstLine, dump.lastLine)));
  }

  /** Java's id; without one the address of the JVM's thread, which a thread keeps all its life. */
  private void nameThreads() {
    Set<Long> taken = new HashSet<>();
    long free = Long.MIN_VALUE;
    for (PrintedThread thread : dump.threads) {
      long id = thread.javaId >= 0 ? thread.javaId : thread.address;
      while (id == 0 && thread.javaId < 0 || !taken.add(id)) {
        id = free++;
      }
      ids.put(thread, id);
    }
  }

  private long id(PrintedThread thread) {
    return ids.getOrDefault(thread, Long.MIN_VALUE);
  }

  /*
   * A frame that entered a monitor is printed with "locked" also while the thread waits in
   * Object.wait, where it has given that monitor up, and in a torn look also while it still waits to
   * enter. What a thread waits for it does not hold: monitors and ReentrantLocks can be entered
   * again by their owner without waiting.
   */
  private void holdings(PrintedThread thread, @Nullable PrintedWait wait) {
    Set<String> given = wait == null ? Set.of() : wait.doesNotHold();
    for (LockMention mention : thread.locks) {
      if (mention.names(LockMention.Verb.LOCKED) && !given.contains(mention.id())) {
        owns(thread, mention.id(), new LockClass(ResourceKind.MONITOR, mention.className()));
      }
    }
    for (LockMention mention : thread.synchronizers) {
      boolean ownRun = mention.className().equals("java.util.concurrent.ThreadPoolExecutor$Worker");
      if (!ownRun && !given.contains(mention.id())) {
        owns(thread, mention.id(), LockClass.ofOwned(mention.className()));
      }
    }
  }

  private void owns(PrintedThread thread, String lock, LockClass lockClass) {
    owners.computeIfAbsent(lock, id -> new LinkedHashSet<>()).add(id(thread));
    heldClasses.putIfAbsent(lock, lockClass);
  }

  private void ownersByFact() {
    Map<Long, Set<Long>> idsOfJavaId = new HashMap<>();
    for (PrintedThread thread : dump.threads) {
      idsOfJavaId.computeIfAbsent(thread.javaId, id -> new HashSet<>()).add(id(thread));
    }
    dump.owners.forEach(
        (lock, javaId) -> {
          Set<Long> owning = idsOfJavaId.get(javaId);
          if (owning != null) {
            owners.computeIfAbsent(lock, id -> new LinkedHashSet<>()).addAll(owning);
          }
        });
  }

  /** The section names owners that stand nowhere else; a known owner is never overruled. */
  private ReportedDeadlock factsOf(
      DeadlockSection section, Map<String, List<PrintedThread>> byName) {
    List<String> names = new ArrayList<>();
    List<@Nullable PrintedThread> threads = new ArrayList<>();
    for (DeadlockSection.Entry entry : section.entries()) {
      names.add(entry.name);
      threads.add(threadOf(entry, byName.getOrDefault(entry.name, List.of())));
    }
    for (int i = 0; i < names.size(); i++) {
      int owner = section.ownerOf(i);
      PrintedThread thread = owner < 0 ? null : threads.get(owner);
      String lock = section.entries().get(i).lock;
      if (thread != null && !lock.isEmpty() && !owners.containsKey(lock)) {
        owners.computeIfAbsent(lock, id -> new LinkedHashSet<>()).add(id(thread));
      }
    }
    List<Long> known = new ArrayList<>();
    for (PrintedThread thread : threads) {
      if (thread != null) {
        known.add(id(thread));
      }
    }
    return new ReportedDeadlock(names, known);
  }

  /** Names are not unique: the thread must also wait for that lock. */
  private @Nullable PrintedThread threadOf(
      DeadlockSection.Entry entry, List<PrintedThread> ofThatName) {
    PrintedThread found = null;
    for (PrintedThread thread : ofThatName) {
      PrintedWait wait = waits.get(thread);
      if (wait != null && wait.lock().equals(entry.lock)) {
        if (found != null) {
          return null;
        }
        found = thread;
      }
    }
    return found == null && ofThatName.size() == 1 ? ofThatName.get(0) : found;
  }

  private List<ObservedThread> threads() {
    List<ObservedThread> threads = new ArrayList<>();
    for (PrintedThread thread : dump.threads) {
      PrintedWait wait = waits.get(thread);
      threads.add(
          new ObservedThread(
              id(thread),
              shared.of(thread.name),
              thread.virtual,
              thread.state,
              wait == null
                  ? null
                  : shared.of(new Wait(wait.resource(), wait.timed(), turn(thread, wait), null)),
              shared.of(thread.stack),
              new Evidence(
                  dump.source, thread.firstLine, Math.max(thread.firstLine, thread.lastLine)),
              shared.of(
                  new ThreadTraits(
                      thread.priority,
                      thread.daemon || thread.virtual,
                      cpuNanos(thread.cpu),
                      thread.carrier))));
    }
    return threads;
  }

  /** {@code 1545.68ms} in nanoseconds. */
  private static long cpuNanos(String printed) {
    if (!printed.endsWith("ms")) {
      return ThreadTraits.UNKNOWN_CPU;
    }
    try {
      return Math.round(Double.parseDouble(printed.substring(0, printed.length() - 2)) * 1_000_000);
    } catch (NumberFormatException other) {
      return ThreadTraits.UNKNOWN_CPU;
    }
  }

  /*
   * A thread that came back to the same wait has used processor time on its way, or stands at
   * another line, or holds other locks. Where the form prints no processor time, the last two must
   * do: all threads stood still while it was taken, so that what one look shows was so. A form that
   * looks at the threads one after the other may show a ring that never was, twice even; there, or
   * where not even locks are printed, nothing is claimed.
   *
   * Up to JDK 23 one thread in the queue of a monitor wakes every second to see whether it was
   * forgotten, and goes back to wait: some 0.03 ms that are no progress (seen with JDK 11 and 17). So
   * at monitors only what takes longer counts.
   */
  private String turn(PrintedThread thread, PrintedWait wait) {
    boolean counted = !thread.cpu.isEmpty() || !thread.counts.isEmpty();
    if (!dump.tellsLocks || !dump.atOneMoment && !counted) {
      return "";
    }
    StringBuilder turn = new StringBuilder(64);
    if (!thread.cpu.isEmpty()) {
      boolean wakes = wait.kind() == ResourceKind.MONITOR;
      turn.append("cpu ").append(wakes ? coarse(thread.cpu) : thread.cpu).append(' ');
    }
    if (!thread.counts.isEmpty()) {
      turn.append("blocked and waited ").append(thread.counts).append(' ');
    }
    turn.append("stack ").append(FrameText.fingerprint(thread.stack, frameHashes)).append(" owns");
    for (LockMention mention : thread.locks) {
      if (mention.verb() == LockMention.Verb.LOCKED) {
        turn.append(' ').append(mention.id());
      }
    }
    return turn.toString();
  }

  /** {@code 1545.68ms} as {@code 154}: tens of milliseconds. */
  private static String coarse(String cpu) {
    int dot = cpu.indexOf('.');
    int whole = dot < 0 ? cpu.length() : dot;
    return whole < 2 ? "0" : cpu.substring(0, whole - 1);
  }

  private Collection<Resource> waitedFor() {
    Map<String, Resource> resources = new LinkedHashMap<>();
    for (PrintedThread thread : dump.threads) {
      PrintedWait wait = waits.get(thread);
      if (wait != null && !resources.containsKey(wait.resource())) {
        resources.put(
            wait.resource(),
            shared.of(
                new Resource(
                    wait.resource(),
                    wait.kind(),
                    wait.className(),
                    Frames.brief(Frames.ownFrame(thread.stack)),
                    wait.reason() == PrintedWait.Reason.UNNAMED_INITIALIZATION
                        ? otherInitializers(thread)
                        : release(wait))));
      }
    }
    return resources.values();
  }

  private List<Resource> resources() {
    List<Resource> resources = new ArrayList<>(waitedFor());
    Set<String> waited = new HashSet<>();
    resources.forEach(resource -> waited.add(resource.id()));
    heldClasses.forEach(
        (lock, lockClass) -> {
          if (!waited.contains(lock)) {
            resources.add(
                shared.of(
                    new Resource(
                        lock, lockClass.kind(), lockClass.className(), "", ownedBy(lock))));
          }
        });
    return resources;
  }

  private Release release(PrintedWait wait) {
    return switch (wait.reason()) {
      case ENTER -> ownedBy(wait.lock());
      case INITIALIZATION -> initializer(wait);
      case UNNAMED_INITIALIZATION, SIGNAL -> new Release.Unknown();
    };
  }

  private Release ownedBy(String lock) {
    Set<Long> claimants = owners.getOrDefault(lock, Set.of());
    return claimants.size() == 1 ? new Release.AllOf(claimants) : new Release.Unknown();
  }

  /** Whoever runs the class's static initialiser, if exactly one thread is seen to. */
  private Release initializer(PrintedWait wait) {
    Set<Long> running = new HashSet<>();
    for (PrintedThread thread : initializers().getOrDefault(wait.className(), Set.of())) {
      PrintedWait own = waits.get(thread);
      if (own == null || !own.resource().equals(wait.resource())) {
        running.add(id(thread));
      }
    }
    return running.size() == 1 ? new Release.AllOf(running) : new Release.Unknown();
  }

  /** Whoever runs an initialiser may run the one that this thread waits for. */
  private Release otherInitializers(PrintedThread waiter) {
    Set<Long> running = new HashSet<>();
    initializers().values().forEach(threads -> threads.forEach(t -> running.add(id(t))));
    running.remove(id(waiter));
    return running.isEmpty()
        ? new Release.Unknown()
        : new Release.Believed(running, "it runs a static initialiser, and the class is not named");
  }

  /** Classes whose initialiser stands on a stack, with the threads that run it. */
  private Map<String, Set<PrintedThread>> initializers() {
    if (initializers == null) {
      Map<String, Set<PrintedThread>> found = new HashMap<>();
      for (PrintedThread thread : dump.threads) {
        for (String frame : thread.stack) {
          int at = frame.indexOf(".<clinit>(");
          if (at > 0) {
            found.computeIfAbsent(frame.substring(0, at), name -> new HashSet<>()).add(thread);
          }
        }
      }
      initializers = found;
    }
    return initializers;
  }

  private JvmIdentity identity() {
    String key = jvmKey();
    String instance = key.isEmpty() ? "unknown" : key;
    return new JvmIdentity(
        serviceName(dump.source),
        instance,
        dump.pid < 0 ? JvmIdentity.UNKNOWN_PID : dump.pid,
        dump.jdk);
  }

  static String serviceName(String source) {
    String name = source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
    int dot = name.indexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return stem.isEmpty() ? "dump" : stem;
  }

  /**
   * The addresses of threads that live as long as the JVM: with address-space randomisation no two
   * JVMs share them. JDKs before it put them at the same place in every run, so the version joins.
   */
  private String jvmKey() {
    for (PrintedThread thread : dump.threads) {
      if (thread.name.equals("Reference Handler") && thread.address != 0) {
        return "vm-" + dump.jdk + '-' + Long.toHexString(thread.address);
      }
    }
    return dump.pid < 0 ? "" : "pid-" + dump.pid;
  }

  /**
   * Whether somebody waits for a lock of {@code java.util.concurrent} of which no owner is known.
   */
  private boolean lacksOwner() {
    for (PrintedWait wait : waits.values()) {
      boolean ownable =
          wait.kind() == ResourceKind.REENTRANT_LOCK
              || wait.kind() == ResourceKind.READ_WRITE_LOCK
              || wait.kind() == ResourceKind.SYNCHRONIZER;
      if (ownable && release(wait) instanceof Release.Unknown) {
        return true;
      }
    }
    return false;
  }
}
