package dev.unpark.dumps;

import java.util.ArrayList;
import java.util.List;

/**
 * One deadlock of the section that HotSpot prints below the threads.
 *
 * <pre>
 *   "rl-1":
 *     waiting for ownable synchronizer 0xf791c9b8, (a java.util.concurrent.locks.ReentrantLock$FairSync),
 *     which is held by "rl-2"
 * </pre>
 *
 * <p>Only its facts are used: a dump without {@code -l} names the owner of a lock nowhere else.
 * That these threads are deadlocked is concluded from the threads, or not at all.
 */
final class DeadlockSection {
  /** More entries than this are not kept: no JVM has so many threads in one ring. */
  private static final int MOST = 2000;

  /** One thread of the section; the fields below the name stay empty when a line is missing. */
  static final class Entry {
    final String name;
    String lock = "";
    String owner = "";

    Entry(String name) {
      this.name = name;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  void thread(String name) {
    if (entries.size() < MOST) {
      entries.add(new Entry(name));
    }
  }

  boolean waitsFor(String lock) {
    if (entries.isEmpty()) {
      return false;
    }
    entries.get(entries.size() - 1).lock = lock;
    return true;
  }

  boolean heldBy(String owner) {
    if (entries.isEmpty()) {
      return false;
    }
    entries.get(entries.size() - 1).owner = owner;
    return true;
  }

  List<Entry> entries() {
    return entries;
  }

  /**
   * Which entry owns the lock that entry {@code i} waits for, or -1 when that cannot be told.
   *
   * <p>Names are not unique, but the JVM walks from each thread to the owner of its lock, so the
   * next entry is the owner, unless the walk came back to an earlier one. Who waits for the same
   * lock does not own it.
   */
  int ownerOf(int i) {
    Entry waiter = entries.get(i);
    if (isOwner(i + 1, waiter)) {
      return i + 1;
    }
    int found = -1;
    for (int candidate = 0; candidate < entries.size(); candidate++) {
      if (candidate != i && isOwner(candidate, waiter)) {
        if (found >= 0) {
          return -1;
        }
        found = candidate;
      }
    }
    return found;
  }

  private boolean isOwner(int candidate, Entry waiter) {
    return candidate < entries.size()
        && entries.get(candidate).name.equals(waiter.owner)
        && !entries.get(candidate).lock.equals(waiter.lock);
  }
}
