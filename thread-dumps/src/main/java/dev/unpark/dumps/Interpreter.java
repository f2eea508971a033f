package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Evidence;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private final Holders holders;
  private final Initializers initializers;
  private final Subtasks subtasks;
  private final Map<String, Resource> resources = new LinkedHashMap<>();

  private Interpreter(PrintedDump dump, SharedValues shared) {
    this.dump = dump;
    this.shared = shared;
    nameThreads(dump.threads);
    dump.threads.forEach(thread -> thread.wait = PrintedWait.of(thread));
    holders = new Holders(dump);
    initializers = new Initializers(dump.threads);
    subtasks = new Subtasks(dump);
  }

  /**
   * @param fallback the time of a dump that does not tell its own
   * @param shared those of the file
   */
  static Dump interpret(PrintedDump dump, Instant fallback, SharedValues shared) {
    return new Interpreter(dump, shared).interpret(fallback);
  }

  private Dump interpret(Instant fallback) {
    List<ReportedDeadlock> reported = holders.ofSections();
    List<ObservedThread> threads = new ArrayList<>(dump.threads.size());
    for (PrintedThread thread : dump.threads) {
      threads.add(observed(thread));
    }
    // Whether an owner is missing shows in what is waited for: before the rest joins it.
    List<String> limits = Limits.of(dump, lacksOwner());
    heldOnly();
    String key = jvmKey();
    Observation observation =
        new Observation(
            identity(key),
            dump.time == null ? fallback : dump.time,
            threads,
            List.copyOf(resources.values()),
            List.of(),
            List.of(),
            limits,
            List.of(),
            dump.scheduler);
    return new Dump(
        dump.form,
        observation,
        dump.time != null,
        key,
        dump.threadCount,
        dump.unread,
        dump.unreadCount,
        dump.truncated,
        reported,
        new Evidence(dump.source, dump.firstLine, Math.max(dump.firstLine, dump.lastLine)));
  }

  /** Java's id; without one the address of the JVM's thread, which a thread keeps all its life. */
  private static void nameThreads(List<PrintedThread> threads) {
    Set<Long> taken = new HashSet<>();
    long free = Long.MIN_VALUE;
    for (PrintedThread thread : threads) {
      long id = thread.javaId >= 0 ? thread.javaId : thread.address;
      while (id == 0 && thread.javaId < 0 || !taken.add(id)) {
        id = free++;
      }
      thread.id = id;
    }
  }

  private ObservedThread observed(PrintedThread thread) {
    SharedStack stack = shared.of(thread.stack);
    PrintedWait printed = thread.wait;
    Wait wait = null;
    if (printed != null) {
      String resource = printed.resource();
      String turn = Turns.of(dump, thread, stack, printed.kind());
      wait = shared.of(new Wait(resource, printed.timed(), turn, null));
      if (!resources.containsKey(resource)) {
        add(resource, printed.kind(), printed.className(), stack.site(), release(thread, printed));
      }
    }
    return new ObservedThread(
        thread.id,
        shared.of(thread.name),
        thread.virtual,
        thread.state,
        wait,
        stack.frames(),
        new Evidence(dump.source, thread.firstLine, Math.max(thread.firstLine, thread.lastLine)),
        shared.of(
            new ThreadTraits(
                thread.priority,
                thread.daemon || thread.virtual,
                cpuNanos(thread.cpu),
                thread.carrier)));
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

  private Release release(PrintedThread waiter, PrintedWait wait) {
    return switch (wait.reason()) {
      case ENTER -> holders.release(wait.lock());
      case INITIALIZATION -> initializers.of(wait);
      case UNNAMED_INITIALIZATION -> initializers.ofSomeClass(waiter);
      case SUBTASKS -> subtasks.awaitedBy(waiter);
      case SIGNAL -> new Release.Unknown();
    };
  }

  private void add(String id, ResourceKind kind, String className, String site, Release release) {
    resources.put(id, shared.of(new Resource(id, kind, className, site, release)));
  }

  private void heldOnly() {
    holders
        .held()
        .forEach(
            (lock, its) -> {
              if (!resources.containsKey(lock)) {
                add(lock, its.kind(), its.className(), "", holders.release(lock));
              }
            });
  }

  /**
   * Whether somebody waits for a lock of {@code java.util.concurrent} of which no owner is known.
   */
  private boolean lacksOwner() {
    for (Resource resource : resources.values()) {
      boolean ownable =
          resource.kind() == ResourceKind.REENTRANT_LOCK
              || resource.kind() == ResourceKind.READ_WRITE_LOCK
              || resource.kind() == ResourceKind.SYNCHRONIZER;
      if (ownable && resource.release() instanceof Release.Unknown) {
        return true;
      }
    }
    return false;
  }

  private JvmIdentity identity(String key) {
    return new JvmIdentity(
        serviceName(dump.source),
        key.isEmpty() ? "unknown" : key,
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
}
