package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Threads as programs print them themselves: servlets and consoles of servers, watchdogs, test
 * frameworks, IDEs, and Android's runtime. Each has a header of its own ({@link ProgramHeader});
 * below it they all say the same things in slightly other words.
 *
 * <pre>
 *   Thread 41 (IPC Server handler 1):
 *     State: BLOCKED
 *     Blocked count: 12
 *     Waited count: 30
 *     Blocked on shop.Till@6a2bcfcb
 *     Blocked by 42 (IPC Server handler 2)
 *     Stack:
 *       shop.Till.pay(Till.java:35)
 * </pre>
 *
 * <p>Nothing separates two dumps: a second thread of the same id begins the next.
 */
final class ProgramText implements LineParser {
  private static final Pattern FRAME =
      Pattern.compile("[\\w$.@/<>-]{1,1000}\\.[\\w$<>-]{1,500}\\([^()]{0,500}\\)");
  private static final Pattern STATE =
      Pattern.compile(
          "(?:java\\.lang\\.Thread\\.)?State: ?([A-Z_]{3,14})\\b.*"
              + "|PID: (\\d{1,18}) \\| .*State: ([A-Z_]{3,14})\\b.*");
  private static final Pattern COUNT = Pattern.compile("(Blocked|Waited) count: (\\d{1,18})");

  /** What stands before the lock that a thread waits for. */
  private static final Pattern WAIT =
      Pattern.compile(
          "(?:- *)?(?:on|Lock|(?i:blocked|waiting|timed_waiting|sleeping) on|waiting to lock|parking to wait for) +");

  private static final Pattern OWNED = Pattern.compile("- *locked(?: on)? +");
  private static final Pattern SYNCHRONIZER = Pattern.compile("(?:- *locked synchronizer|locks) +");

  /** Lines that say nothing of use, by their beginnings. */
  private static final List<String> ASIDES =
      List.of(
          "Stack:",
          "Blocked time: ",
          "Waited time: ",
          "Waiting on null",
          "Inactive",
          "Thread is waiting on monitor(s):",
          "Locked on:",
          "---",
          "| ",
          "native: ",
          "kernel: ",
          "(no managed stack frames)",
          "Locked ownable synchronizers:",
          "- None");

  private static final String EXPECTED = "a state, a lock or a frame of the thread above";
  private static final String LIMIT =
      "which lock blocked threads wait for: `jcmd PID Thread.print -l` shows it";

  private final FrameText frames;
  private final DumpDraft draft;
  private final Set<Long> ids = new HashSet<>();
  private OwnedLocks locks = new OwnedLocks();
  private boolean inSynchronizers;
  private String blocked = "";

  ProgramText(String source, FrameText frames, Consumer<PrintedDump> sink) {
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  @Override
  public boolean awaitsThread() {
    return !draft.hasThreads();
  }

  @Override
  public void line(int number, String text) {
    ProgramHeader header = ProgramHeader.parse(text);
    if (header != null) {
      open(number, header);
      return;
    }
    String line = text.strip();
    if (line.startsWith("Entire Thread Dump")) {
      // The one thread above it comes again.
      draft.discard();
      clear();
      return;
    }
    PrintedThread thread = draft.thread();
    if (thread == null || line.isEmpty()) {
      return;
    }
    if (detail(line, thread)) {
      draft.touch(number);
      return;
    }
    boolean named = text.charAt(0) == '"';
    if (named || Character.isWhitespace(text.charAt(0))) {
      draft.unread(number, line, named ? "a header that is known" : EXPECTED);
    }
    if (named || !Character.isWhitespace(text.charAt(0))) {
      // Another thread, or a log that goes on behind the threads.
      draft.closeThread();
    }
  }

  @Override
  public void end() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null) {
      locks.conclude(dump);
      if (dump.threads.stream().anyMatch(ProgramText::isBlockedBySomething)) {
        dump.limits.add(LIMIT);
      }
    }
    draft.closeDump();
    clear();
  }

  private static boolean isBlockedBySomething(PrintedThread thread) {
    return thread.state == ThreadState.BLOCKED
        && thread.locks.stream().noneMatch(mention -> mention.names(Verb.WAITING_TO_LOCK));
  }

  private void clear() {
    locks = new OwnedLocks();
    ids.clear();
    inSynchronizers = false;
    blocked = "";
  }

  private void open(int number, ProgramHeader header) {
    if (ids.contains(header.id())) {
      end();
    }
    PrintedThread opened = draft.openThread(header.name(), number);
    opened.state = header.state();
    opened.daemon = header.daemon();
    identify(opened, header.id());
    inSynchronizers = false;
    blocked = "";
    PrintedDump dump = draft.dump();
    if (dump != null) {
      dump.listsSynchronizers |= header.namesOwners();
    }
  }

  private void identify(PrintedThread thread, long id) {
    if (id >= 0) {
      thread.javaId = id;
      ids.add(id);
    }
  }

  private boolean detail(String line, PrintedThread thread) {
    if (line.startsWith("at ") || FRAME.matcher(line).matches()) {
      String frame = line.startsWith("at ") ? line.substring(3) : line;
      inferJdk(frame);
      thread.frame(frames.of(frame));
      return true;
    }
    return ASIDES.stream().anyMatch(line::startsWith)
        || state(line, thread)
        || count(line, thread)
        || lock(line, thread);
  }

  private boolean state(String line, PrintedThread thread) {
    Matcher state = STATE.matcher(line);
    if (!state.matches()) {
      return false;
    }
    if (state.group(1) != null) {
      thread.state = ThreadState.of(state.group(1));
    } else {
      thread.state = ThreadState.of(state.group(3));
      identify(thread, Long.parseLong(state.group(2)));
    }
    return true;
  }

  private boolean count(String line, PrintedThread thread) {
    Matcher count = COUNT.matcher(line);
    if (!count.matches()) {
      return false;
    }
    if (count.group(1).equals("Blocked")) {
      blocked = count.group(2);
    } else if (!blocked.isEmpty()) {
      thread.counts = blocked + ':' + count.group(2);
    }
    return true;
  }

  private boolean lock(String line, PrintedThread thread) {
    if (line.startsWith("Locked synchronizers: count")
        || line.startsWith("Number of locked synchronizers")) {
      inSynchronizers = true;
      return true;
    }
    if (line.startsWith("Blocked by ")) {
      int blank = line.indexOf(' ', 11);
      locks.ownedBy(thread, ProgramLock.ownerId(" Id=" + line.substring(11, Math.max(11, blank))));
      return true;
    }
    if (line.startsWith("owned by ")) {
      locks.ownedBy(thread, ProgramLock.ownerId(line));
      return true;
    }
    ProgramLock synchronizer = behind(SYNCHRONIZER, line);
    if (synchronizer == null && inSynchronizers && line.startsWith("- ")) {
      synchronizer = ProgramLock.of(line, 2);
    }
    if (synchronizer != null) {
      thread.synchronizer(synchronizer.id(), synchronizer.className());
      return true;
    }
    ProgramLock owned = behind(OWNED, line);
    if (owned != null) {
      thread.mention(Verb.LOCKED, owned.id(), owned.className());
      return true;
    }
    ProgramLock awaited = behind(WAIT, line);
    if (awaited != null) {
      locks.waits(thread, awaited);
    }
    return awaited != null;
  }

  private static @Nullable ProgramLock behind(Pattern beginning, String line) {
    Matcher matcher = beginning.matcher(line);
    return matcher.lookingAt() ? ProgramLock.of(line, matcher.end()) : null;
  }

  private void inferJdk(String frame) {
    PrintedDump dump = draft.dump();
    if (dump != null && dump.jdk.isEmpty()) {
      dump.jdk = JdkVersion.ofFrame(frame);
    }
  }
}
