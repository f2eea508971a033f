package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which thread holds which lock, as far as a dump tells. One per dump.
 *
 * <p>A lock that two threads claim, or none, has an unknown holder.
 */
final class Holders {
  private final PrintedDump dump;
  private final Map<String, Set<Long>> owners = new HashMap<>();
  private final Map<String, LockClass> classes = new LinkedHashMap<>();

  /**
   * @param dump whose threads have their ids and waits
   */
  Holders(PrintedDump dump) {
    this.dump = dump;
    dump.threads.forEach(this::heldBy);
    if (!dump.owners.isEmpty()) {
      besideTheirLocks();
    }
  }

  /** The locks that lines of their owners name, with what they are. */
  Map<String, LockClass> held() {
    return classes;
  }

  /** What must happen before that lock can be had. */
  Release release(String lock) {
    Set<Long> claimants = owners.getOrDefault(lock, Set.of());
    return claimants.size() == 1 ? new Release.AllOf(claimants) : new Release.Unknown();
  }

  /*
   * A frame that entered a monitor is printed with "locked" also while the thread waits in
   * Object.wait, where it has given that monitor up, and in a torn look also while it still waits to
   * enter. What a thread waits for it does not hold: monitors and ReentrantLocks can be entered
   * again by their owner without waiting.
   */
  private void heldBy(PrintedThread thread) {
    Set<String> given = thread.wait == null ? Set.of() : thread.wait.doesNotHold();
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
    owners.computeIfAbsent(lock, id -> new LinkedHashSet<>()).add(thread.id);
    classes.putIfAbsent(lock, lockClass);
  }

  private void besideTheirLocks() {
    Map<Long, Set<Long>> idsOfJavaId = new HashMap<>();
    for (PrintedThread thread : dump.threads) {
      idsOfJavaId.computeIfAbsent(thread.javaId, id -> new LinkedHashSet<>()).add(thread.id);
    }
    dump.owners.forEach(
        (lock, javaId) -> {
          Set<Long> owning = idsOfJavaId.get(javaId);
          if (owning != null) {
            owners.computeIfAbsent(lock, id -> new LinkedHashSet<>()).addAll(owning);
          }
        });
  }

  /**
   * What the JVM's own sections say. They name owners that stand nowhere else; a known owner is
   * never overruled.
   */
  List<ReportedDeadlock> ofSections() {
    if (dump.deadlocks.isEmpty()) {
      return List.of();
    }
    Map<String, List<PrintedThread>> byName = new HashMap<>();
    dump.threads.forEach(t -> byName.computeIfAbsent(t.name, name -> new ArrayList<>()).add(t));
    List<ReportedDeadlock> reported = new ArrayList<>();
    dump.deadlocks.forEach(section -> reported.add(factsOf(section, byName)));
    return reported;
  }

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
        owners.computeIfAbsent(lock, id -> new LinkedHashSet<>()).add(thread.id);
      }
    }
    List<Long> known = new ArrayList<>();
    for (PrintedThread thread : threads) {
      if (thread != null) {
        known.add(thread.id);
      }
    }
    return new ReportedDeadlock(names, known);
  }

  /** Names are not unique: the thread must also wait for that lock. */
  private static @Nullable PrintedThread threadOf(
      DeadlockSection.Entry entry, List<PrintedThread> ofThatName) {
    PrintedThread found = null;
    for (PrintedThread thread : ofThatName) {
      PrintedWait wait = thread.wait;
      if (wait != null && wait.lock().equals(entry.lock)) {
        if (found != null) {
          return null;
        }
        found = thread;
      }
    }
    return found == null && ofThatName.size() == 1 ? ofThatName.get(0) : found;
  }
}
