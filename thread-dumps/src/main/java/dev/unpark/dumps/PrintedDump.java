package dev.unpark.dumps;

import dev.unpark.diagnosis.model.VirtualScheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dump as it is printed, before anything is concluded from it. Confined to its reader. */
final class PrintedDump {
  private static final int DEADLOCKS_KEPT = 1000;
  private static final int SCOPES_KEPT = 100_000;

  final String source;
  final int firstLine;
  int lastLine;

  DumpForm form = DumpForm.UNKNOWN;

  @Nullable Instant time;
  String jdk = "";
  long pid = -1;

  /** Whether the form has a place where owners of {@code java.util.concurrent} locks stand. */
  boolean listsSynchronizers;

  /** Whether the form can show virtual threads that are not running. */
  boolean listsVirtualThreads;

  /** Whether the form tells states and locks at all. */
  boolean tellsLocks = true;

  /** Whether all threads stood still while it was taken, or each was looked at in its turn. */
  boolean atOneMoment = true;

  boolean truncated;

  /** Threads that the dump announces, or -1 when it does not. */
  int announced = -1;

  /** Threads that it prints, those of the JVM itself included. */
  int threadCount;

  final List<PrintedThread> threads = new ArrayList<>();

  /** Owners that stand beside a lock instead of at its owner: lock to Java id. */
  final Map<String, Long> owners = new HashMap<>();

  /** What only its reader knows that it cannot show, and the command that shows it. */
  final List<String> limits = new ArrayList<>();

  /** The scheduler of virtual threads, which stands beside a dump, or null. */
  @Nullable VirtualScheduler scheduler;

  /** Scopes of subtasks, where the form lists them. */
  final List<PrintedScope> scopes = new ArrayList<>();

  final List<DeadlockSection> deadlocks = new ArrayList<>();
  final List<UnreadLine> unread = new ArrayList<>();
  int unreadCount;

  PrintedDump(String source, int firstLine) {
    this.source = source;
    this.firstLine = firstLine;
    this.lastLine = firstLine;
  }

  /** Begins a deadlock section. <b>When full:</b> it is counted as unread, and not kept. */
  DeadlockSection openDeadlock(int line, String text) {
    DeadlockSection section = new DeadlockSection();
    if (deadlocks.size() < DEADLOCKS_KEPT) {
      deadlocks.add(section);
    } else {
      unread(line, text, "at most %,d deadlocks".formatted(DEADLOCKS_KEPT));
    }
    return section;
  }

  /** Adds a scope. <b>When full:</b> whom its owner waits for is unknown, which is no error. */
  void scope(PrintedScope scope) {
    if (scopes.size() < SCOPES_KEPT) {
      scopes.add(scope);
    }
  }

  void unread(int line, String text, String expected) {
    unreadCount++;
    if (unread.size() < Dump.UNREAD_KEPT) {
      unread.add(new UnreadLine(source, line, text, expected));
    }
  }
}
