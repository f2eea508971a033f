package dev.unpark.dumps;

import java.time.ZoneId;
import java.util.function.Consumer;

/**
 * HotSpot's own thread dump, of every JDK, alone or inside a log.
 *
 * <pre>
 *   12608:                                                      jcmd only: the process
 *   2026-11-23 20:45:22                                         local time; absent up to JDK 5
 *   Full thread dump OpenJDK 64-Bit Server VM (25.0.3+9-LTS mixed mode, sharing):
 *
 *   Threads class SMR info:                                     from JDK 10: says how many threads follow
 *   _java_thread_list=0x00007f8dd8002320, length=13, elements={
 *   ...
 *   "mx-2" #22 [4539] prio=5 ... waiting for monitor entry      {@link HotSpotThreads}
 *      java.lang.Thread.State: BLOCKED (on object monitor)
 *           at Scen.lambda$main$5(Scen.java:14)
 *           - waiting to lock &lt;0x00000000f791c8a0&gt; (a java.lang.Object)
 *
 *      Locked ownable synchronizers:                            with -l only
 *           - &lt;0x00000000f791c9b8&gt; (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
 *
 *   JNI global refs: 4, weak refs: 0                            the end, unless a deadlock follows
 *
 *   Found one Java-level deadlock:                              {@link HotSpotDeadlocks}
 * </pre>
 *
 * <p>A dump may lack its first lines and its last, may come several to a file, and may stand in a
 * log: what is outside of a dump is no concern of this class, what is inside and cannot be read is
 * recorded.
 */
final class HotSpotText implements LineParser {
  private static final String TITLE = "Full thread dump";

  /** Where in the grammar the next line stands. */
  private enum Place {
    /** Before the first dump, or behind one: whatever a log says. */
    OUTSIDE,
    /** Behind the title, between threads, in a thread. */
    THREADS,
    /** In the list of addresses behind the title. */
    ADDRESSES,
    /** Behind the JNI line. */
    TAIL,
    /** In the list of who waits for whom. */
    DEADLOCK,
    /** In the stacks that repeat the threads of that list. */
    DEADLOCK_STACKS
  }

  private final DumpDraft draft;
  private final HotSpotPreamble preamble;
  private final HotSpotThreads threads;
  private final HotSpotDeadlocks deadlocks;

  private Place place = Place.OUTSIDE;
  private boolean ended;
  private boolean namesVm;

  HotSpotText(String source, ZoneId zone, FrameText frames, Consumer<PrintedDump> sink) {
    this.draft = new DumpDraft(source, sink);
    this.preamble = new HotSpotPreamble(zone);
    this.threads = new HotSpotThreads(draft, frames);
    this.deadlocks = new HotSpotDeadlocks(draft);
  }

  /** Whether that line can only stand in a dump of this form. */
  static boolean opens(String line) {
    return line.startsWith(TITLE) || isHeader(line);
  }

  private static boolean isHeader(String line) {
    return line.startsWith("\"") && ThreadHeader.parse(line) != null;
  }

  /** Behind its end a dump stays open, in case that a deadlock follows; other forms may too. */
  @Override
  public boolean awaitsThread() {
    return !draft.hasThreads() || place == Place.TAIL;
  }

  @Override
  public void line(int number, String text) {
    if (text.startsWith(TITLE)) {
      title(number, text);
      return;
    }
    while (threads.isNameOpen()) {
      if (threads.continueName(number, text, this::line)) {
        return;
      }
    }
    switch (place) {
      case OUTSIDE -> outside(number, text);
      case THREADS -> inThreads(number, text);
      case ADDRESSES -> inAddresses(number, text);
      case TAIL -> inTail(number, text);
      case DEADLOCK -> inDeadlock(number, text);
      case DEADLOCK_STACKS -> inDeadlockStacks(number, text);
    }
  }

  @Override
  public void end() {
    closeDump();
  }

  private void title(int number, String text) {
    closeDump();
    PrintedDump opened = draft.openDump(preamble.firstLine(number));
    preamble.tell(opened);
    int parenthesis = text.lastIndexOf('(');
    namesVm = parenthesis >= 0;
    // "Java HotSpot(TM) Client VM (1.4.2-54 mixed mode):" has two.
    if (parenthesis >= 0) {
      opened.jdk = JdkVersion.ofVm(text.substring(parenthesis + 1).replace("):", ""));
    }
    opened.lastLine = number;
    place = Place.THREADS;
  }

  private void outside(int number, String text) {
    ThreadHeader header = text.startsWith("\"") ? ThreadHeader.parse(text) : null;
    if (header != null) {
      threads.open(number, header);
      place = Place.THREADS;
    } else {
      preamble.line(number, text);
    }
  }

  private void inThreads(int number, String text) {
    int start = firstInk(text);
    if (start >= 0 && !threads.line(number, text, start)) {
      betweenThreads(number, text, start);
    }
  }

  private void betweenThreads(int number, String text, int start) {
    if (text.startsWith("JNI global ref", start)) {
      draft.closeThread();
      draft.touch(number);
      ended = true;
      place = Place.TAIL;
    } else if (HotSpotDeadlocks.opens(text, start)) {
      draft.closeThread();
      openDeadlock(number, text);
    } else if (text.startsWith("_java_thread_list=", start)) {
      announce(text);
      draft.touch(number);
      place = text.endsWith("}") ? Place.THREADS : Place.ADDRESSES;
    } else if (isAside(text, start)) {
      draft.touch(number);
    } else if (preamble.isPart(text)) {
      // The next dump begins; this one has lost its end.
      preamble.line(number, text);
    } else if (isOver()) {
      draft.closeThread();
      place = Place.TAIL;
    } else {
      draft.unread(number, text, "a thread, a frame, a lock or a state");
    }
  }

  /**
   * What stands between threads and is none: JDK 26 tells its version, JDK 25 has a nameless one.
   */
  private static boolean isAside(String text, int start) {
    return text.startsWith("Threads class SMR info", start)
        || text.startsWith("JDK version:", start)
        || text.startsWith("os_prio=", start) && text.contains(" tid=") && text.contains(" nid=");
  }

  /**
   * Whether the dump is over though it does not say so: up to JDK 5 it just ends, with the threads
   * of the JVM itself.
   */
  private boolean isOver() {
    PrintedDump dump = draft.dump();
    PrintedThread last = draft.thread();
    return dump != null
        && JdkVersion.feature(dump.jdk) > 0
        && !printsJni(dump)
        && last != null
        && !last.runsJava;
  }

  private void inAddresses(int number, String text) {
    if (text.startsWith("0x")) {
      draft.touch(number);
      return;
    }
    place = Place.THREADS;
    if (text.startsWith("}")) {
      draft.touch(number);
    } else {
      inThreads(number, text);
    }
  }

  private void inTail(int number, String text) {
    if (HotSpotDeadlocks.opens(text, 0)) {
      openDeadlock(number, text);
    } else if (isHeader(text)) {
      // Threads behind the end: another dump, whose title is lost.
      closeDump();
      outside(number, text);
    } else {
      preamble.line(number, text);
    }
  }

  private void openDeadlock(int number, String text) {
    if (draft.dump() != null) {
      deadlocks.open(number, text);
      place = Place.DEADLOCK;
    }
  }

  private void inDeadlock(int number, String text) {
    place =
        switch (deadlocks.line(number, text)) {
          case WAITS -> Place.DEADLOCK;
          case STACKS -> Place.DEADLOCK_STACKS;
          case OVER -> {
            ended = true;
            yield Place.TAIL;
          }
        };
  }

  private void inDeadlockStacks(int number, String text) {
    if (isHeader(text) || preamble.isPart(text)) {
      place = Place.TAIL;
      inTail(number, text);
    } else {
      inDeadlock(number, text);
    }
  }

  private void closeDump() {
    while (threads.isNameOpen()) {
      threads.giveUpName(this::line);
    }
    draft.closeThread();
    PrintedDump closed = draft.dump();
    if (closed != null) {
      long java = closed.threads.stream().filter(printed -> !printed.virtual).count();
      closed.truncated =
          closed.announced >= 0 ? java < closed.announced : !ended && printsJni(closed);
      // A log may speak of a full thread dump without one.
      if (!namesVm && closed.threadCount == 0) {
        draft.discard();
      }
    }
    draft.closeDump();
    place = Place.OUTSIDE;
    ended = false;
    namesVm = false;
  }

  /** From JDK 6 on, every dump ends with a JNI line. Fragments without a title tell nothing. */
  private static boolean printsJni(PrintedDump dump) {
    return JdkVersion.feature(dump.jdk) >= 6;
  }

  /** How many threads follow: {@code length=13} in the list of their addresses. */
  private void announce(String text) {
    PrintedDump dump = draft.dump();
    int from = text.indexOf("length=");
    int to = text.indexOf(',', Math.max(from, 0));
    if (dump != null && from >= 0 && to >= from + 8 && to <= from + 16) {
      long length = HotSpotPreamble.pid(text.substring(from + 7, to) + ":");
      dump.announced = (int) Math.min(Integer.MAX_VALUE, length);
    }
  }

  private static int firstInk(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > ' ') {
        return i;
      }
    }
    return -1;
  }
}
