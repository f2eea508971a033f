package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code jhsdb jstack [--locks|--mixed]} and the older {@code jstack -F} print: a dump taken
 * from outside, of a JVM that need not answer any more.
 *
 * <pre>
 *   Attaching to process ID 3843, please wait...
 *   JVM version is 25.0.3+9-LTS
 *   Deadlock Detection:
 *   "dl-2":                                                       {@link DeadlockSection}
 *     waiting to lock Monitor@0x7fbd (Object@0xf791c8a0, a java/lang/Object),
 *     which is held by "dl-1"
 *
 *   "dl-1" #21 prio=5 tid=0x7fbd nid=3887 waiting for monitor entry [0x7fbd]     {@link ThreadHeader}
 *      java.lang.Thread.State: BLOCKED (on object monitor)
 *      JavaThread state: _thread_blocked
 *    - Scen.lambda$main$0(java.lang.Object) @bci=14, line=10 (Interpreted frame)
 *           - waiting to lock &lt;0xf791c8a0&gt; (a java.lang.Object)
 *
 *   Locked ownable synchronizers:                                 with --locks only
 *       - &lt;0xf791f2e8&gt;, (a java/util/concurrent/locks/ReentrantLock$NonfairSync)
 *
 *   ----------------- 3887 -----------------                      --mixed: a thread of the system
 *   0x00007f4c  __GI_accept + 0x4f
 *   * Scen.main(java.lang.String[]) bci:14 line:10 (Interpreted frame)
 *
 *   Thread 3887: (state = BLOCKED)                                up to JDK 8; in the VM's sense
 * </pre>
 */
final class ServiceabilityAgentText implements LineParser {
  private static final Pattern BARE_THREAD =
      Pattern.compile("Thread (\\d{1,18}): \\(state = [A-Z_]+\\).*");
  private static final Pattern FRAME =
      Pattern.compile(
          "([^\\s(]+)\\(.*\\) (?:@bci[=:]|bci:)\\d+(?:,? line[=:](\\d+))?(?:,? pc=\\S+)?.*");
  private static final Pattern BLOCKED =
      Pattern.compile("waiting to lock Monitor@\\S+ \\(Object@(0x\\p{XDigit}+), an? ([^)]*)\\).*");
  private static final Pattern PARKED =
      Pattern.compile("waiting for ownable synchronizer (0x\\p{XDigit}+), \\(an? ([^)]*)\\).*");

  /** Of more threads in its deadlocks than this, what the section says is not kept. */
  private static final int MOST_WAITING = 100_000;

  private static final String EXPECTED = "a thread, a frame, a lock or a state of jhsdb jstack";

  /** What the deadlock section says of one thread. */
  private record Waiting(String thread, Verb verb, String lock, String className) {}

  private final FrameText frames;
  private final DumpDraft draft;
  private final List<Waiting> waiting = new ArrayList<>();

  private DeadlockSection section = new DeadlockSection();
  private boolean inSynchronizers;
  private boolean mixed;
  private boolean bare;
  private boolean detecting;

  ServiceabilityAgentText(String source, FrameText frames, Consumer<PrintedDump> sink) {
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  @Override
  public boolean awaitsThread() {
    // A dump of a hung JVM may show a thread of HotSpot's own look first; the heading is enough.
    return false;
  }

  @Override
  public void line(int number, String text) {
    String line = text.strip();
    if (line.isEmpty()) {
      return;
    }
    if (line.startsWith("Attaching to ")) {
      heading(number, line);
    } else if (line.startsWith("JVM version is ")) {
      PrintedDump dump = open(number);
      dump.jdk = JdkVersion.ofRuntime(line.substring(15));
      draft.touch(number);
    } else if (line.startsWith("Deadlock Detection:")) {
      open(number);
      detecting = true;
      draft.touch(number);
    } else if (draft.dump() == null) {
      // Whatever a log says between two dumps.
      return;
    } else if (detecting && inDetection(number, line)) {
      draft.touch(number);
    } else {
      inThreads(number, text, line);
    }
  }

  @Override
  public void end() {
    close();
  }

  private void heading(int number, String line) {
    close();
    PrintedDump opened = draft.openDump(number);
    Matcher process = Pattern.compile("Attaching to process ID (\\d{1,18}),.*").matcher(line);
    if (process.matches()) {
      opened.pid = Long.parseLong(process.group(1));
    }
  }

  private PrintedDump open(int number) {
    PrintedDump open = draft.dump();
    return open == null ? draft.openDump(number) : open;
  }

  /** A line of the section that stands before the threads; false when the threads begin. */
  private boolean inDetection(int number, String line) {
    PrintedDump dump = draft.dump();
    if (dump == null) {
      return false;
    }
    if (line.startsWith("Found one Java-level deadlock")) {
      section = dump.openDeadlock(number, line);
      return true;
    }
    if (line.startsWith("No deadlocks found") || line.startsWith("Found a total of ")) {
      detecting = false;
      return true;
    }
    if (line.startsWith("=====") || line.startsWith("Can't print deadlocks")) {
      return true;
    }
    if (dump.deadlocks.isEmpty()) {
      detecting = false;
      return false;
    }
    return inDeadlock(number, line, section);
  }

  private boolean inDeadlock(int number, String line, DeadlockSection section) {
    if (line.startsWith("\"") && line.endsWith("\":") && line.length() > 2) {
      section.thread(line.substring(1, line.length() - 2));
      return true;
    }
    Matcher blocked = BLOCKED.matcher(line);
    Matcher parked = PARKED.matcher(line);
    if (blocked.matches()) {
      return waitsFor(section, Verb.WAITING_TO_LOCK, blocked);
    }
    if (parked.matches()) {
      return waitsFor(section, Verb.PARKING, parked);
    }
    if (line.startsWith("which is held by \"") && line.endsWith("\"") && line.length() > 18) {
      return section.heldBy(line.substring(18, line.length() - 1));
    }
    if (ThreadHeader.parse(line) != null) {
      detecting = false;
      return false;
    }
    draft.unread(number, line, "who waits for which lock, and who holds it");
    return true;
  }

  private boolean waitsFor(DeadlockSection section, Verb verb, Matcher lock) {
    String id = LockLines.canonical(lock.group(1));
    if (id.isEmpty() || !section.waitsFor(id)) {
      return false;
    }
    String thread = section.entries().get(section.entries().size() - 1).name;
    if (waiting.size() < MOST_WAITING) {
      waiting.add(new Waiting(thread, verb, id, lock.group(2).replace('/', '.')));
    }
    return true;
  }

  private void inThreads(int number, String text, String line) {
    PrintedThread thread = draft.thread();
    if (line.startsWith("\"")) {
      header(number, line);
      return;
    }
    Matcher bareThread = BARE_THREAD.matcher(line);
    boolean read = true;
    if (bareThread.matches()) {
      bare = true;
      inSynchronizers = false;
      PrintedThread opened = draft.openThread("", number);
      opened.address = Long.parseLong(bareThread.group(1));
    } else if (line.startsWith("-----")) {
      mixed = true;
      draft.closeThread();
    } else if (line.startsWith("Locked ownable synchronizers:")) {
      inSynchronizers = true;
      open(number).listsSynchronizers = true;
    } else if (thread != null && line.startsWith("java.lang.Thread.State:")) {
      String state = line.substring(23).strip();
      int blank = state.indexOf(' ');
      thread.state = ThreadState.of(blank < 0 ? state : state.substring(0, blank));
    } else if (thread != null && line.startsWith("- ")) {
      read = dashed(text, line, thread);
    } else if (thread != null && line.startsWith("* ")) {
      read = frame(line.substring(2), thread);
    } else if (mixed && line.startsWith("0x")) {
      nativeFrame(line, thread);
    } else {
      read = isAside(line) || mixed && line.startsWith("????");
    }
    if (read) {
      draft.touch(number);
    } else {
      draft.unread(number, line, EXPECTED);
    }
  }

  /** Often all that mixed mode can unwind. Threads of the JVM itself have them without a header. */
  private static void nativeFrame(String line, @Nullable PrintedThread thread) {
    int tab = line.indexOf('\t');
    if (thread != null && tab > 0) {
      String symbol = line.substring(tab + 1).strip();
      int offset = symbol.lastIndexOf(" + 0x");
      thread.frame((offset < 0 ? symbol : symbol.substring(0, offset)) + "(native code)");
    }
  }

  private static boolean isAside(String line) {
    return line.startsWith("JavaThread state:")
        || line.startsWith("Debugger attached")
        || line.endsWith("compiler detected.")
        || line.startsWith("Finding concurrent locks.")
        || line.startsWith("Finding object size")
        || line.startsWith("(no Java frames")
        || line.startsWith("No deadlocks found");
  }

  private void header(int number, String line) {
    ThreadHeader header = ThreadHeader.parse(line);
    if (header == null) {
      draft.unread(number, line, "\"name\" #1 prio=5 tid=0x... nid=...");
      return;
    }
    PrintedThread opened = draft.openThread(header.name, number);
    opened.javaId = header.javaId;
    opened.address = header.address;
    opened.priority = header.priority;
    opened.daemon = header.daemon;
    opened.state = header.stateOfStatus();
    inSynchronizers = false;
  }

  private boolean dashed(String text, String line, PrintedThread thread) {
    if (inSynchronizers) {
      return LockLines.readSynchronizer(withDots(line), 2, thread);
    }
    // Frames and locks both begin with a dash; locks never carry a byte-code index.
    if (!text.startsWith("\t") && frame(line.substring(2), thread)) {
      return true;
    }
    return LockLines.read(withDots(line), 2, thread);
  }

  /** {@code (a java/lang/Object)} as {@code (a java.lang.Object)}. */
  private static String withDots(String line) {
    int from = line.indexOf("(a ");
    return from < 0 ? line : line.substring(0, from) + line.substring(from).replace('/', '.');
  }

  /** The agent knows lines but not files: a frame ends with {@code (line 10)}. */
  private boolean frame(String text, PrintedThread thread) {
    Matcher frame = FRAME.matcher(text);
    if (!frame.matches()) {
      return false;
    }
    String line = frame.group(2);
    String place = line == null ? "(Unknown Source)" : "(line " + line + ')';
    thread.frame(frames.of(frame.group(1).replace("+0x", "/0x") + place));
    return true;
  }

  private void close() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null) {
      addWaiting(dump);
      dump.tellsLocks = !mixed && !bare;
      limits(dump);
      dump.truncated = detecting || dump.threadCount == 0;
    }
    waiting.clear();
    inSynchronizers = false;
    mixed = false;
    bare = false;
    detecting = false;
    draft.closeDump();
  }

  /*
   * Mixed mode prints no locks at all, and up to JDK 17 the agent calls a monitor "locked" that the
   * thread still waits to enter. What the section says of who waits for what repairs both.
   */
  private void addWaiting(PrintedDump dump) {
    Map<String, PrintedThread> byName = new HashMap<>();
    Set<String> twice = new HashSet<>();
    for (PrintedThread thread : dump.threads) {
      if (byName.put(thread.name, thread) != null) {
        twice.add(thread.name);
      }
    }
    for (Waiting entry : waiting) {
      PrintedThread thread = byName.get(entry.thread());
      if (thread != null && !twice.contains(entry.thread()) && !waits(thread)) {
        thread.mention(entry.verb(), entry.lock(), entry.className());
      }
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

  private void limits(PrintedDump dump) {
    String pid = dump.pid < 0 ? "PID" : Long.toString(dump.pid);
    if (mixed) {
      dump.limits.add(
          "locks that are no part of a deadlock: `jhsdb jstack --locks --pid %s` shows them"
              .formatted(pid));
    } else if (bare) {
      dump.limits.add(
          "names, states and locks of threads: `jstack -l %s` shows them, if the JVM still answers"
              .formatted(pid));
    }
  }
}
