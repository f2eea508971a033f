package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The plain text of {@code jcmd PID Thread.dump_to_file FILE}.
 *
 * <pre>
 *   3843                                                the process
 *   2026-11-23T20:45:19.200493770Z
 *   25.0.3+9-LTS
 *
 *   #22 "vdl-1" virtual BLOCKED 2026-11-23T20:45:53Z    state and time from JDK 25
 *       at VScen.lambda$main$6(VScen.java:9)            up to JDK 24: deeper in, and without the "at"
 *       - locked &lt;java.lang.Object@2614cd9e&gt;            locks from JDK 25, owners never
 *       - waiting to lock &lt;java.lang.Object@60065428&gt;
 * </pre>
 *
 * <p>A name may hold quotes and line breaks: the last quote before something that a header can end
 * with ends it.
 */
final class ToFileText implements LineParser {
  private static final Pattern HEADER_TAIL =
      Pattern.compile(
          "( virtual)?( (?:NEW|RUNNABLE|BLOCKED|WAITING|TIMED_WAITING|TERMINATED)( \\d{4}-\\S+)?)?\\s*");
  private static final Pattern HEADER_START = Pattern.compile("(?:Thread )?#(\\d{1,18}) \"");
  private static final Pattern OWNER = Pattern.compile(".*> {0,4},? {0,4}own[a-z ]*#(\\d{1,18}).*");
  private static final String EXPECTED = "#1 \"name\" STATE time, or a frame below it";

  private final FrameText frames;
  private final DumpDraft draft;
  private final BrokenName brokenName = new BrokenName();

  private long nextPid = -1;
  private @Nullable Instant nextTime;
  private String nextJdk = "";
  private int nextFirstLine;

  private boolean torn;

  ToFileText(String source, FrameText frames, Consumer<PrintedDump> sink) {
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  @Override
  public boolean awaitsThread() {
    return !draft.hasThreads();
  }

  @Override
  public void line(int number, String text) {
    while (brokenName.isOpen()) {
      if (continueName(number, text)) {
        return;
      }
    }
    if (text.isBlank()) {
      // Frames behind it would belong to nobody.
      draft.closeThread();
    } else if (text.charAt(0) == '#' || text.startsWith("Thread #")) {
      header(number, text);
    } else if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
      detail(number, text.strip());
    } else {
      preamble(number, text.strip());
    }
  }

  @Override
  public void end() {
    boolean openName = brokenName.isOpen();
    while (brokenName.isOpen()) {
      giveUpName();
    }
    torn |= openName;
    closeDump();
  }

  private void closeDump() {
    PrintedDump closed = draft.dump();
    if (closed != null) {
      closed.truncated = torn;
    }
    torn = false;
    draft.closeDump();
  }

  private void header(int number, String text) {
    if (!open(number, text)) {
      draft.closeThread();
      if (HEADER_START.matcher(text).lookingAt()) {
        brokenName.begin(number, text);
      } else {
        draft.unread(number, text, EXPECTED);
      }
    }
  }

  /** Whether the line belongs to a name with line breaks; if not, its start was no name. */
  private boolean continueName(int number, String text) {
    // A whole header behind it means that the first line was torn, not that a name is so long.
    boolean over = text.startsWith("    at ") || text.startsWith("      ") || header(text) != null;
    if (!over && brokenName.take(number, text, this::open)) {
      draft.touch(number);
      return true;
    }
    giveUpName();
    return false;
  }

  private void giveUpName() {
    brokenName.giveUp((number, text) -> draft.unread(number, text, EXPECTED), this::line);
  }

  /** What a line says that opens a thread. */
  private record Header(long id, String name, boolean virtual, @Nullable String state) {}

  private static @Nullable Header header(String text) {
    Matcher start = HEADER_START.matcher(text);
    int end = text.lastIndexOf('"');
    if (!start.lookingAt() || end < start.end()) {
      return null;
    }
    Matcher tail = HEADER_TAIL.matcher(text).region(end + 1, text.length());
    return tail.matches()
        ? new Header(
            Long.parseLong(start.group(1)),
            text.substring(start.end(), end),
            tail.group(1) != null,
            tail.group(2))
        : null;
  }

  private boolean open(int number, String text) {
    Header header = header(text);
    if (header == null) {
      return false;
    }
    if (draft.dump() == null || nextFirstLine > 0) {
      openDump(number);
    }
    PrintedThread opened = draft.openThread(header.name(), number);
    opened.javaId = header.id();
    opened.virtual = header.virtual();
    String state = header.state();
    PrintedDump dump = draft.dump();
    if (state != null && dump != null) {
      String word = state.strip();
      int blank = word.indexOf(' ');
      opened.state = ThreadState.of(blank < 0 ? word : word.substring(0, blank));
      dump.tellsLocks = true;
    }
    torn = false;
    return true;
  }

  private void openDump(int number) {
    closeDump();
    PrintedDump opened = draft.openDump(nextFirstLine > 0 ? nextFirstLine : number);
    opened.pid = nextPid;
    opened.time = nextTime;
    opened.jdk = nextJdk;
    opened.listsVirtualThreads = true;
    opened.atOneMoment = false;
    opened.tellsLocks = false;
    forget();
  }

  private void forget() {
    nextPid = -1;
    nextTime = null;
    nextJdk = "";
    nextFirstLine = 0;
  }

  /** Process, time and version, one a line, stand before the threads of a dump. */
  private void preamble(int number, String text) {
    long pid = HotSpotPreamble.pid(text + ":");
    if (pid >= 0) {
      forget();
      nextPid = pid;
      nextFirstLine = number;
    } else if (nextFirstLine > 0 && nextTime == null && DumpTime.ofInstant(text) != null) {
      nextTime = DumpTime.ofInstant(text);
    } else if (nextTime != null && nextJdk.isEmpty() && Character.isDigit(text.charAt(0))) {
      nextJdk = JdkVersion.ofRuntime(text);
    } else if (HotSpotPreamble.pid(text) < 0 && DumpTime.ofLocal(text, ZoneOffset.UTC) == null) {
      // Those two may head a dump of HotSpot's own form, which follows here.
      draft.closeThread();
      draft.unread(number, text, EXPECTED);
    }
  }

  private void detail(int number, String text) {
    PrintedThread thread = draft.thread();
    if (thread == null) {
      draft.unread(number, text, EXPECTED);
      return;
    }
    boolean read = true;
    if (text.startsWith("- ")) {
      read = lock(text, thread);
    } else {
      String frame = text.startsWith("at ") ? text.substring(3) : text;
      read = frame.endsWith(")");
      if (read) {
        thread.frame(frames.of(frame));
      }
    }
    // Only the last line of a file can be torn; a later header takes it back.
    torn = !read;
    if (read) {
      draft.touch(number);
    } else {
      draft.unread(number, text, EXPECTED);
    }
  }

  private boolean lock(String text, PrintedThread thread) {
    if (text.startsWith("- locked <")) {
      return mention(Verb.LOCKED, text, thread);
    }
    if (text.startsWith("- waiting to lock <")) {
      return mention(Verb.WAITING_TO_LOCK, text, thread);
    }
    if (text.startsWith("- waiting on <")) {
      return mention(Verb.WAITING_ON, text, thread);
    }
    if (text.startsWith("- parking to wait for <")) {
      return mention(Verb.PARKING, text, thread) && owner(text, thread);
    }
    return text.startsWith("- lock is eliminated");
  }

  private static boolean mention(Verb verb, String text, PrintedThread thread) {
    int open = text.indexOf('<');
    int close = text.indexOf('>', open);
    int at = text.lastIndexOf('@', close);
    if (close < 0 || at <= open + 1) {
      return false;
    }
    thread.mention(verb, text.substring(open + 1, close), text.substring(open + 1, at));
    return true;
  }

  /** Newer JDKs name the owner beside the lock. */
  private boolean owner(String text, PrintedThread thread) {
    Matcher named = OWNER.matcher(text);
    PrintedDump dump = draft.dump();
    if (dump != null && named.matches() && thread.locks.size() < PrintedThread.MOST) {
      String lock = thread.locks.get(thread.locks.size() - 1).id();
      dump.owners.put(lock, Long.parseLong(named.group(1)));
      dump.listsSynchronizers = true;
    }
    return true;
  }
}
