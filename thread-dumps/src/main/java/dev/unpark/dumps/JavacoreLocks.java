package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a javacore says of locks apart from its threads: who owns a monitor, who waits to enter it,
 * who waits to be notified.
 *
 * <pre>
 *   2LKMONINUSE      sys_mon_t:0x2AE3 infl_mon_t: 0x2AE3:
 *   3LKMONOBJECT       shop/Fork@0xE5D4AE70: owner "b" (J9VMThread:0x3A7D800), entry count 1
 *   3LKMONOBJECT       java.lang.Object@53A90D0/53A90D8: Flat locked by thread ident 0x14, entry count 1
 *   3LKWAITERQ            Waiting to enter:
 *   3LKWAITER                "a" (J9VMThread:0x4113800)
 *   3LKNOTIFYQ            Waiting to be notified:
 *   3LKWAITNOTIFY            "c" (0x25177C8)                  up to JDK 6: also who waits to enter a flat lock
 *   2LKREGMON          Thread global lock (0x2AE3): ...       the JVM's own, which no Java thread enters
 *   2LKFLATMON         ident 0x14 "ExecuteThread: '12'" (0x2516FE8) ee 0x02516E10
 *   2LKDEADLOCKTHR  Thread "a" (0x4113800)
 * </pre>
 *
 * <p>Threads are named by the address of the JVM's thread, because names are not unique. The
 * deadlock section is kept to be compared with, and adds no fact.
 */
final class JavacoreLocks {
  /** More monitors or waiters than this are not kept. */
  private static final int MOST = 200_000;

  private static final int MOST_RINGS = 1000;

  private static final Pattern MONITOR =
      Pattern.compile("(\\S+)@(?:0x)?(\\p{XDigit}{1,16})(?:/\\p{XDigit}+)?: (.*)");
  private static final Pattern THREAD =
      Pattern.compile(".*\\((?:J9VMThread:)?0x(\\p{XDigit}{1,16})[,)].*");
  private static final Pattern IDENT = Pattern.compile(".*thread ident 0x(\\p{XDigit}{1,8}),.*");
  private static final Pattern FLAT =
      Pattern.compile("ident 0x(\\p{XDigit}{1,8}) .*\\(0x(\\p{XDigit}{1,16})\\) ee .*");

  /** One thread's part in one monitor. */
  private record Part(long thread, String lock, String className) {}

  private final Map<Long, PrintedThread> threads = new HashMap<>();
  private final List<Part> entering = new ArrayList<>();
  private final List<Part> notified = new ArrayList<>();
  private final List<Part> owning = new ArrayList<>();
  private final List<Part> parkedOwners = new ArrayList<>();
  private final Map<Long, List<Part>> flat = new HashMap<>();
  private int flatCount;
  private final Map<Long, Long> addressOfIdent = new HashMap<>();
  private final List<Set<Long>> deadlocks = new ArrayList<>();

  private String lock = "";
  private String className = "";

  void thread(PrintedThread thread, long address) {
    threads.put(address, thread);
  }

  /** Reads one line whose tag is of locks; false when it should say something and does not. */
  boolean line(String tag, String rest) {
    return switch (tag) {
      case "2LKMONINUSE", "2LKREGMON" -> forget();
      case "3LKMONOBJECT" -> monitor(rest);
      case "3LKWAITER" -> waiter(rest, entering);
      case "3LKWAITNOTIFY" -> waiter(rest, notified);
      case "2LKFLATMON" -> flat(rest);
      case "1LKDEADLOCK" -> deadlock();
      case "2LKDEADLOCKTHR" -> deadlocked(rest);
      default -> true;
    };
  }

  /** The owner that a thread names beside the lock that it waits for. */
  void owned(String ownedLock, String ofClass, String owner, boolean monitor) {
    long address = address(owner);
    if (address != 0) {
      keep(monitor ? owning : parkedOwners, new Part(address, ownedLock, ofClass));
    }
  }

  private boolean forget() {
    lock = "";
    return true;
  }

  private boolean monitor(String rest) {
    Matcher monitor = MONITOR.matcher(rest);
    if (!monitor.matches()) {
      return false;
    }
    className = monitor.group(1).replace('/', '.');
    lock = LockLines.canonical("0x" + monitor.group(2));
    String owner = monitor.group(3);
    Matcher ident = IDENT.matcher(owner);
    long address = address(owner);
    if (address != 0) {
      keep(owning, new Part(address, lock, className));
    } else if (ident.matches() && ++flatCount <= MOST) {
      long number = Long.parseLong(ident.group(1), 16);
      flat.computeIfAbsent(number, key -> new ArrayList<>()).add(new Part(0, lock, className));
    }
    return true;
  }

  private boolean waiter(String rest, List<Part> into) {
    long address = address(rest);
    if (address != 0 && !lock.isEmpty()) {
      keep(into, new Part(address, lock, className));
    }
    return true;
  }

  private boolean flat(String rest) {
    Matcher flatOwner = FLAT.matcher(rest);
    if (flatOwner.matches() && addressOfIdent.size() < MOST) {
      addressOfIdent.put(
          Long.parseLong(flatOwner.group(1), 16), Long.parseUnsignedLong(flatOwner.group(2), 16));
    }
    return true;
  }

  private boolean deadlock() {
    if (deadlocks.size() == MOST_RINGS) {
      return false;
    }
    deadlocks.add(new LinkedHashSet<>());
    return true;
  }

  private boolean deadlocked(String rest) {
    long address = address(rest);
    if (deadlocks.isEmpty()) {
      return false;
    }
    // The ring is printed until it comes back to its first thread, sometimes twice.
    deadlocks.get(deadlocks.size() - 1).add(address);
    return true;
  }

  private static long address(String text) {
    Matcher thread = THREAD.matcher(text);
    return thread.matches() ? Long.parseUnsignedLong(thread.group(1), 16) : 0;
  }

  private static void keep(List<Part> list, Part part) {
    if (list.size() < MOST) {
      list.add(part);
    }
  }

  /** Adds to the threads of the dump what was said of them here. */
  void conclude(PrintedDump dump) {
    flat.forEach(
        (ident, parts) -> {
          Long address = addressOfIdent.get(ident);
          if (address != null) {
            parts.forEach(part -> keep(owning, new Part(address, part.lock(), part.className())));
          }
        });
    Set<Part> added = new HashSet<>();
    threads.forEach((address, thread) -> addEntered(address, thread, added));
    for (Part part : owning) {
      PrintedThread owner = threads.get(part.thread());
      if (owner != null && added.add(part)) {
        owner.mention(Verb.LOCKED, part.lock(), part.className());
      }
    }
    for (Part part : parkedOwners) {
      PrintedThread owner = threads.get(part.thread());
      if (owner != null && added.add(part)) {
        owner.synchronizer(part.lock(), part.className());
      }
    }
    Set<PrintedThread> waiting = new HashSet<>();
    threads.values().stream().filter(JavacoreLocks::waits).forEach(waiting::add);
    entering.forEach(part -> enter(threads.get(part.thread()), part, waiting));
    notified.forEach(part -> await(threads.get(part.thread()), part, waiting));
    deadlocks.forEach(ring -> dump.deadlocks.add(section(ring)));
  }

  private static void enter(@Nullable PrintedThread thread, Part part, Set<PrintedThread> waiting) {
    if (thread != null && waiting.add(thread)) {
      thread.state = ThreadState.BLOCKED;
      thread.mention(Verb.WAITING_TO_LOCK, part.lock(), part.className());
    }
  }

  /** In the queue of a flat lock stand also those that want to enter it; their frames tell. */
  private static void await(@Nullable PrintedThread thread, Part part, Set<PrintedThread> waiting) {
    if (thread == null || waiting.contains(thread) || thread.stack.isEmpty()) {
      return;
    }
    if (thread.stack.get(0).startsWith("java.lang.Object.wait")) {
      waiting.add(thread);
      thread.mention(Verb.WAITING_ON, part.lock(), part.className());
    } else {
      enter(thread, part, waiting);
    }
  }

  private static boolean waits(PrintedThread thread) {
    for (LockMention mention : thread.locks) {
      if (mention.verb() != Verb.LOCKED) {
        return true;
      }
    }
    return false;
  }

  private static void addEntered(long address, PrintedThread thread, Set<Part> to) {
    for (LockMention mention : thread.locks) {
      if (mention.names(Verb.LOCKED)) {
        to.add(new Part(address, mention.id(), mention.className()));
      }
    }
  }

  private DeadlockSection section(Set<Long> ring) {
    DeadlockSection section = new DeadlockSection();
    for (Long address : ring) {
      PrintedThread thread = threads.get(address);
      section.thread(thread == null ? "" : thread.name);
      if (thread != null) {
        // Names are not unique: what it waits for tells which of the threads it is.
        thread.locks.stream()
            .filter(mention -> mention.names(Verb.WAITING_TO_LOCK))
            .findFirst()
            .ifPresent(mention -> section.waitsFor(mention.id()));
      }
    }
    return section;
  }
}
