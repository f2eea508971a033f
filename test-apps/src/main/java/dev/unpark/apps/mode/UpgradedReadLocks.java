package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Editors that read under a read lock and then ask for the write lock without giving the first one
 * back: it waits for itself. Mended, the read lock is given back first.
 */
public final class UpgradedReadLocks {
  private static final long READING_NANOS = 2_000_000;
  private static final long BETWEEN_EDITS_NANOS = 10_000_000;

  private final ReentrantReadWriteLock page = new ReentrantReadWriteLock();
  private final Progress edited = new Progress("pages edited");

  private UpgradedReadLocks() {}

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    UpgradedReadLocks wiki = new UpgradedReadLocks();
    for (int editor = 1; editor <= 2; editor++) {
      new Thread(() -> wiki.keepEditing(switches.healthy()), "editor-" + editor).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> wiki.page.getQueueLength() == 2);
    }
    wiki.edited.print();
  }

  private void keepEditing(boolean givesBackFirst) {
    while (true) {
      page.readLock().lock();
      Progress.pause(READING_NANOS);
      if (givesBackFirst) {
        page.readLock().unlock();
      }
      page.writeLock().lock();
      page.writeLock().unlock();
      if (!givesBackFirst) {
        page.readLock().unlock();
      }
      edited.count();
      Progress.pause(BETWEEN_EDITS_NANOS);
    }
  }
}
