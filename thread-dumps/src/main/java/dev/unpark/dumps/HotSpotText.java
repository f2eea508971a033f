package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
 *   "mx-2" #22 [4539] prio=5 ... waiting for monitor entry      {@link ThreadHeader}
 *      java.lang.Thread.State: BLOCKED (on object monitor)
 *           at Scen.lambda$main$5(Scen.java:14)
 *           - waiting to lock &lt;0x00000000f791c8a0&gt; (a java.lang.Object)
 *
 *      Locked ownable synchronizers:                            with -l only
 *           - &lt;0x00000000f791c9b8&gt; (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
 *
 *   JNI global refs: 4, weak refs: 0                            the end, unless a deadlock follows
 *
 *   Found one Java-level deadlock:                              {@link DeadlockSection}
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

  private final String source;
  private final ZoneId zone;
  private final FrameText frames;
  private final Consumer<PrintedDump> sink;
  private final BrokenName brokenName = new BrokenName();

  private Place place = Place.OUTSIDE;
  private @Nullable PrintedDump dump;
  private @Nullable PrintedThread thread;
  private boolean inSynchronizers;
  private boolean inMounted;
  private DeadlockSection section = new DeadlockSection();
  private boolean ended;
  private boolean namesVm;
  private @Nullable Instant nextTime;
  private long nextPid = -1;
  private int nextFirstLine;

  HotSpotText(String source, ZoneId zone, FrameText frames, Consumer<PrintedDump> sink) {
    this.source = source;
    this.zone = zone;
    this.frames = frames;
    this.sink = sink;
  }

  /** Whether that line can only stand in a dump of this form. */
  static boolean opens(String line) {
    return line.startsWith(TITLE) || line.startsWith("\"") && ThreadHeader.parse(line) != null;
  }

  @Override
  public void line(int number, String text) {
    if (text.startsWith(TITLE)) {
      title(number, text);
      return;
    }
    while (brokenName.isOpen()) {
      if (continueName(number, text)) {
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
    PrintedDump opened = new PrintedDump(source, nextFirstLine > 0 ? nextFirstLine : number);
    opened.time = nextTime;
    opened.pid = nextPid;
    int parenthesis = text.lastIndexOf('(');
    namesVm = parenthesis >= 0;
    // "Java HotSpot(TM) Client VM (1.4.2-54 mixed mode):" has two.
    if (parenthesis >= 0) {
      opened.jdk = JdkVersion.ofVm(text.substring(parenthesis + 1).replace("):", ""));
    }
    opened.lastLine = number;
    dump = opened;
    place = Place.THREADS;
    forget();
  }

  private void forget() {
    nextTime = null;
    nextPid = -1;
    nextFirstLine = 0;
  }

  private void outside(int number, String text) {
    if (text.startsWith("\"")) {
      ThreadHeader header = ThreadHeader.parse(text);
      if (header != null) {
        dump = new PrintedDump(source, number);
        place = Place.THREADS;
        open(number, header);
      }
      return;
    }
    preamble(number, text);
  }

  /** Time and process stand before the title, so they are remembered until one comes. */
  private void preamble(int number, String text) {
    if (text.isBlank()) {
      return;
    }
    Instant time = time(text);
    long pid = time == null ? pid(text) : -1;
    if (time != null) {
      nextTime = time;
    } else if (pid >= 0) {
      nextPid = pid;
      nextTime = null;
    } else {
      forget();
      return;
    }
    if (nextFirstLine == 0) {
      nextFirstLine = number;
    }
  }

  private void inThreads(int number, String text) {
    int start = firstInk(text);
    if (start < 0) {
      return;
    }
    char first = text.charAt(start);
    if (first == '"' && start == 0) {
      headerOrName(number, text);
    } else if (text.startsWith("at ", start)) {
      frame(number, text, start + 3);
    } else if (text.startsWith("- ", start)) {
      lock(number, text, start + 2);
    } else {
      detail(number, text, start);
    }
  }

  private void headerOrName(int number, String text) {
    ThreadHeader header = ThreadHeader.parse(text);
    if (header != null) {
      open(number, header);
      return;
    }
    closeThread();
    brokenName.begin(number, text);
  }

  /** Whether the line belongs to a name with line breaks; if not, its start was no name. */
  private boolean continueName(int number, String text) {
    // A whole header behind it means that the first line was torn, not that a name is so long.
    boolean over =
        text.startsWith("   java.lang.Thread.State:")
            || text.startsWith("\tat ")
            || text.startsWith("\"") && ThreadHeader.parse(text) != null;
    if (!over && brokenName.take(number, text, this::open)) {
      touch(number);
      return true;
    }
    giveUpName();
    return false;
  }

  private void giveUpName() {
    brokenName.giveUp(
        (number, text) -> unread(number, text, "\"name\" ... tid=0x... nid=..."), this::line);
  }

  private boolean open(int number, String text) {
    ThreadHeader header = text.contains("tid=") ? ThreadHeader.parse(text) : null;
    if (header != null) {
      open(number, header);
    }
    return header != null;
  }

  private void open(int number, ThreadHeader header) {
    PrintedDump into = dump;
    if (into == null) {
      return;
    }
    closeThread();
    PrintedThread opened = header.thread(number);
    opened.runsJava = header.javaId >= 0 || header.hasStack;
    into.threadCount++;
    into.lastLine = number;
    thread = opened;
    inSynchronizers = false;
    inMounted = false;
  }

  private void frame(int number, String text, int from) {
    PrintedThread of = frameOwner();
    if (of == null || inSynchronizers) {
      unread(number, text, "a frame below the header of its thread");
      return;
    }
    of.runsJava = true;
    of.frame(frames.of(text, from));
    touch(number);
  }

  /** A carrier prints its own frames first, then those of the virtual thread that it carries. */
  private @Nullable PrintedThread frameOwner() {
    PrintedThread current = thread;
    return current != null && inMounted && current.mounted != null ? current.mounted : current;
  }

  private void lock(int number, String text, int from) {
    PrintedThread of = frameOwner();
    boolean read =
        of != null
            && (inSynchronizers
                ? LockLines.readSynchronizer(text, from, of)
                : LockLines.read(text, from, of));
    if (read) {
      touch(number);
    } else {
      unread(number, text, "- locked <0x...> (a some.Class), or another lock line");
    }
  }

  private void detail(int number, String text, int start) {
    PrintedDump into = dump;
    PrintedThread current = thread;
    if (text.startsWith("JNI global ref", start)) {
      closeThread();
      ended = true;
      place = Place.TAIL;
      touch(number);
    } else if (text.startsWith("Found one Java-level deadlock", start)) {
      closeThread();
      deadlock(number, text);
    } else if (text.startsWith("Threads class SMR info", start)) {
      touch(number);
    } else if (text.startsWith("_java_thread_list=", start)) {
      if (into != null) {
        into.announced = announced(text);
      }
      place = text.endsWith("}") ? Place.THREADS : Place.ADDRESSES;
      touch(number);
    } else if (current != null && text.startsWith("java.lang.Thread.State:", start)) {
      state(current, text.substring(start + 23).strip());
      touch(number);
    } else if (text.startsWith("Locked ownable synchronizers:", start)) {
      inSynchronizers = true;
      if (into != null) {
        into.listsSynchronizers = true;
      }
      touch(number);
    } else if (current != null && text.startsWith("Mounted virtual thread #", start)) {
      mounted(number, current, text.substring(start + 24).strip());
    } else if (current != null && text.startsWith("Carrying virtual thread #", start)) {
      current.carries(pid(text.substring(start + 25).strip() + ":"), number);
      touch(number);
    } else if (current != null && isRemark(text, start)) {
      touch(number);
    } else if (isAside(text, start)) {
      touch(number);
    } else if (isPreamble(text)) {
      // The next dump begins; this one has lost its end.
      preamble(number, text);
    } else if (isOver()) {
      closeThread();
      place = Place.TAIL;
    } else {
      unread(number, text, "a thread, a frame, a lock or a state");
    }
  }

  private static boolean isRemark(String text, int start) {
    return text.startsWith("Compiling:", start)
        || text.startsWith("No compile task", start)
        || text.startsWith("Thread: 0x", start)
        || text.startsWith("JavaThread state:", start);
  }

  /**
   * What stands between threads and is none: JDK 26 tells its version, JDK 25 has a nameless one.
   */
  private static boolean isAside(String text, int start) {
    return text.startsWith("JDK version:", start)
        || text.startsWith("os_prio=", start) && text.contains(" tid=") && text.contains(" nid=");
  }

  /**
   * Whether the dump is over though it does not say so: up to JDK 5 it just ends, with the threads
   * of the JVM itself.
   */
  private boolean isOver() {
    PrintedThread last = thread;
    return dump != null
        && JdkVersion.feature(dump.jdk) > 0
        && !printsJni(dump)
        && last != null
        && !last.runsJava;
  }

  private boolean isPreamble(String text) {
    return time(text) != null || pid(text) >= 0;
  }

  /** The frames of the virtual thread follow, from JDK 25 on. */
  private void mounted(int number, PrintedThread carrier, String id) {
    carrier.carries(pid(id + ":"), number);
    inMounted = true;
    touch(number);
  }

  private static void state(PrintedThread current, String text) {
    int blank = text.indexOf(' ');
    current.runsJava = true;
    current.state = ThreadState.of(blank < 0 ? text : text.substring(0, blank));
  }

  private void inAddresses(int number, String text) {
    if (text.startsWith("}")) {
      place = Place.THREADS;
    } else if (!text.startsWith("0x")) {
      place = Place.THREADS;
      inThreads(number, text);
      return;
    }
    touch(number);
  }

  private void inTail(int number, String text) {
    if (text.startsWith("Found one Java-level deadlock")) {
      deadlock(number, text);
    } else if (text.startsWith("\"") && ThreadHeader.parse(text) != null) {
      // Threads behind the end: another dump, whose title is lost.
      closeDump();
      outside(number, text);
    } else {
      preamble(number, text);
    }
  }

  private void deadlock(int number, String text) {
    PrintedDump into = dump;
    if (into != null) {
      section = into.openDeadlock(number, text);
      place = Place.DEADLOCK;
      touch(number);
    }
  }

  private void inDeadlock(int number, String text) {
    PrintedDump into = dump;
    int start = firstInk(text);
    if (into == null || start < 0 || text.charAt(start) == '=') {
      return;
    }
    boolean read = true;
    if (text.startsWith("Java stack information", start)) {
      place = Place.DEADLOCK_STACKS;
    } else if (isEndOfDeadlocks(text)) {
      place = Place.TAIL;
      ended = true;
    } else if (start == 0 && text.startsWith("\"") && text.endsWith("\":")) {
      section.thread(text.substring(1, text.length() - 2));
    } else if (text.startsWith("waiting to lock ", start)
        || text.startsWith("waiting for ownable synchronizer ", start)) {
      read = section.waitsFor(LockLines.idInDeadlock(text));
    } else if (text.contains("which is held by \"")) {
      int from = text.indexOf("which is held by \"") + 18;
      int to = text.lastIndexOf('"');
      read = to >= from && section.heldBy(text.substring(from, to));
    } else if (!text.contains("which is held by ")) {
      // Held by an address that the JVM could not name: no fact.
      read = false;
    }
    if (read) {
      touch(number);
    } else {
      unread(number, text, "who waits for which lock, and who holds it");
    }
  }

  private void inDeadlockStacks(int number, String text) {
    if (text.startsWith("Found one Java-level deadlock")) {
      deadlock(number, text);
    } else if (isEndOfDeadlocks(text)) {
      place = Place.TAIL;
      ended = true;
      touch(number);
    } else if (text.startsWith("\"") && ThreadHeader.parse(text) != null) {
      place = Place.TAIL;
      inTail(number, text);
    } else if (isPreamble(text)) {
      place = Place.TAIL;
      preamble(number, text);
    } else if (!text.isBlank()) {
      touch(number);
    }
  }

  /** Behind its end a dump stays open, in case that a deadlock follows; other forms may too. */
  @Override
  public boolean awaitsThread() {
    return dump == null || dump.threadCount == 0 || place == Place.TAIL;
  }

  private static boolean isEndOfDeadlocks(String text) {
    return text.startsWith("Found ")
        && (text.endsWith(" deadlock.") || text.endsWith(" deadlocks."));
  }

  private void closeThread() {
    PrintedThread closed = thread;
    PrintedDump into = dump;
    thread = null;
    inSynchronizers = false;
    if (closed != null && into != null && closed.runsJava) {
      into.threads.add(closed);
      if (closed.mounted != null) {
        into.threads.add(closed.mounted);
      }
    }
  }

  private void closeDump() {
    while (brokenName.isOpen()) {
      giveUpName();
    }
    closeThread();
    PrintedDump closed = dump;
    dump = null;
    place = Place.OUTSIDE;
    if (closed != null) {
      long java = closed.threads.stream().filter(printed -> !printed.virtual).count();
      closed.truncated =
          closed.announced >= 0 ? java < closed.announced : !ended && printsJni(closed);
      // A log may speak of a full thread dump without one.
      if (namesVm || closed.threadCount > 0) {
        sink.accept(closed);
      }
    }
    ended = false;
  }

  /** From JDK 6 on, every dump ends with a JNI line. Fragments without a title tell nothing. */
  private static boolean printsJni(PrintedDump dump) {
    return JdkVersion.feature(dump.jdk) >= 6;
  }

  private void touch(int number) {
    if (dump != null) {
      dump.lastLine = number;
    }
    if (thread != null) {
      thread.lastLine = number;
      if (thread.mounted != null) {
        thread.mounted.lastLine = number;
      }
    }
  }

  private void unread(int number, String text, String expected) {
    if (dump != null) {
      dump.unread(number, text, expected);
    }
  }

  private @Nullable Instant time(String text) {
    return DumpTime.ofLocal(text, zone);
  }

  /** The process that a line consists of, or -1. */
  static long pid(String text) {
    // 12608:
    int digits = text.length() - 1;
    if (digits < 1 || digits > 18 || text.charAt(digits) != ':') {
      return -1;
    }
    long pid = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit < 0) {
        return -1;
      }
      pid = pid * 10 + digit;
    }
    return pid;
  }

  private static int announced(String text) {
    int from = text.indexOf("length=");
    int to = text.indexOf(',', Math.max(from, 0));
    if (from < 0 || to < from + 8 || to > from + 16) {
      return -1;
    }
    return (int) Math.min(Integer.MAX_VALUE, pid(text.substring(from + 7, to) + ":"));
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
