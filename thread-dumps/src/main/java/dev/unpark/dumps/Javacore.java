package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A javacore of OpenJ9 or of an IBM JDK, from 1.3 to 21. Every line opens with a tag, which says
 * what it is; tags that say nothing of threads and locks are passed over.
 *
 * <pre>
 *   0SECTION       TITLE subcomponent dump routine
 *   1TIDATETIME    Date: 2019/11/05 at 22:50:18:657                {@link JavacoreHead}
 *   0SECTION       LOCKS subcomponent dump routine                  {@link JavacoreLocks}
 *   0SECTION       THREADS subcomponent dump routine
 *   3XMTHREADINFO      "main" J9VMThread:0x1AD5700, ..., state:CW, prio=5
 *   3XMTHREADINFO      "main" (TID:0x101B41D8, sys_thread_t:0x3E510, state:R, ...) prio=5      up to JDK 6
 *   3XMJAVALTHREAD            (java/lang/Thread getId:0x2, isDaemon:false)
 *   3XMCPUTIME               CPU usage total: 1.264468000 secs, ...
 *   3XMTHREADBLOCK     Blocked on: shop/Fork@0xE5D4AE58 Owned by: "b" (J9VMThread:0x..., ...)
 *   4XESTACKTRACE                at shop/Till.pay(Till.java:12(Compiled Code))
 *   5XESTACKTRACE                   (entered lock: shop/Fork@0xE5D82380, entry count: 1)
 *   1XMVTHDINFO    Unmounted Threads                           -XX:+ShowUnmountedThreadStacks, from JDK 21
 *   3XMVTHDINFO        "order-7" [unmounted] J9VMContinuation:0x0000000C6ACD5920, java/lang/Thread:0x00000003FFD8C168
 *   3XMVTHDINFO1             Type: Virtual                     or Carrier, of a mounted one
 * </pre>
 */
final class Javacore implements LineParser {
  private static final Pattern HEADER =
      Pattern.compile(
          " *(?:J9VMThread:0x(\\p{XDigit}{1,16})|\\(TID:0x(\\p{XDigit}{1,16}), *sys_thread_t:0x(\\p{XDigit}{1,16})).*?state: *([A-Z]+).*");
  private static final Pattern UNMOUNTED =
      Pattern.compile("\"(.*)\" (?:\\[[a-z ]+\\] )?J9VMContinuation:0x(\\p{XDigit}{1,16}),.*");
  private static final Pattern JAVA_ID = Pattern.compile(".*getId:0x(\\p{XDigit}{1,15}).*");
  private static final Pattern PRIORITY = Pattern.compile(".*\\bprio=(\\d{1,2})\\b.*");
  private static final Pattern CPU = Pattern.compile(".*total: (\\d{1,12}\\.\\d{1,9}) secs.*");
  private static final Pattern BLOCKER =
      Pattern.compile(
          "(Blocked on|Waiting on|Parked on): (\\S+)@0x(\\p{XDigit}{1,16}) *(?:Owned by: (.*))?");
  private static final Pattern ENTERED =
      Pattern.compile("\\(entered lock: (\\S+)@0x(\\p{XDigit}{1,16}),.*");

  private final ZoneId zone;
  private final FrameText frames;
  private final DumpDraft draft;

  private JavacoreHead head;
  private JavacoreLocks locks = new JavacoreLocks();

  /** Threads that only the list of current threads shows so far: others show them again. */
  private final List<PrintedThread> current = new ArrayList<>();

  private boolean inCurrent;
  private boolean titled;
  private boolean ended;

  Javacore(String source, ZoneId zone, FrameText frames, Consumer<PrintedDump> sink) {
    this.zone = zone;
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
    this.head = new JavacoreHead(zone);
  }

  @Override
  public boolean awaitsThread() {
    // Tags are unmistakable, and thousands of lines stand before the first thread.
    return false;
  }

  @Override
  public void line(int number, String text) {
    if (text.length() < 5 || text.charAt(0) < '0' || text.charAt(0) > '9') {
      return;
    }
    int blank = text.indexOf(' ');
    String tag = blank < 0 ? text : text.substring(0, blank);
    String rest = blank < 0 ? "" : text.substring(blank).strip();
    if (tag.equals("0SECTION") && rest.startsWith("TITLE")) {
      close();
      titled = true;
    }
    if (draft.dump() == null) {
      if (!isTag(tag)) {
        return;
      }
      draft.openDump(number).listsSynchronizers = true;
    }
    if (!read(number, tag, rest)) {
      draft.unread(number, text, "a " + tag + " line of a javacore");
    }
  }

  private static boolean isTag(String tag) {
    for (int i = 1; i < tag.length(); i++) {
      char c = tag.charAt(i);
      if ((c < 'A' || c > 'Z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return tag.length() > 5 && !Character.isDigit(tag.charAt(1));
  }

  @Override
  public void end() {
    close();
  }

  private boolean read(int number, String tag, String rest) {
    PrintedDump dump = draft.dump();
    if (dump == null) {
      return true;
    }
    if (tag.startsWith("LK", 1)) {
      dump.lastLine = number;
      return locks.line(tag, rest);
    }
    boolean read =
        switch (tag) {
          case "0SECTION" -> section(rest);
          case "1XMCURTHDINFO" -> inCurrent(true);
          case "1XMTHDINFO" -> inCurrent(false);
          case "3XMTHREADINFO" -> header(number, rest);
          case "1XMVTHDINFO" -> inCurrent(false);
          case "3XMVTHDINFO" -> unmounted(number, rest);
          case "3XMVTHDINFO1" -> type(rest);
          case "3XMJAVALTHREAD" -> javaId(rest);
          case "3XMCPUTIME" -> cpu(rest);
          case "3XMTHREADBLOCK" -> blocker(rest);
          case "4XESTACKTRACE" -> frame(rest);
          case "5XESTACKTRACE" -> entered(rest);
          default -> head.line(dump, tag, rest);
        };
    if (read && tag.startsWith("X", 1)) {
      draft.touch(number);
    }
    return read;
  }

  private boolean section(String rest) {
    draft.closeThread();
    ended |= rest.startsWith("Javadump End");
    return true;
  }

  private boolean inCurrent(boolean current) {
    draft.closeThread();
    inCurrent = current;
    return true;
  }

  private boolean header(int number, String rest) {
    PrintedDump dump = draft.dump();
    if (rest.startsWith("Anonymous native thread")) {
      draft.closeThread();
      return true;
    }
    int end = rest.lastIndexOf('"');
    Matcher header = HEADER.matcher(rest).region(Math.max(0, end + 1), rest.length());
    if (end < 1 || rest.charAt(0) != '"' || !header.matches() || dump == null) {
      draft.closeThread();
      return false;
    }
    String j9 = header.group(1);
    long address = Long.parseUnsignedLong(j9 != null ? j9 : header.group(2), 16);
    PrintedThread opened = draft.openThread(rest.substring(1, end), number);
    opened.address = address;
    opened.state = state(header.group(4));
    Matcher priority = PRIORITY.matcher(rest).region(end + 1, rest.length());
    opened.priority = priority.matches() ? Integer.parseInt(priority.group(1)) : 0;
    locks.thread(opened, address);
    if (header.group(3) != null) {
      locks.thread(opened, Long.parseUnsignedLong(header.group(3), 16));
    }
    if (inCurrent) {
      // Whoever dumps is listed twice, here and among all threads.
      dump.threadCount--;
      current.add(opened);
      opened.runsJava = false;
    }
    return true;
  }

  /** A thread that no thread of the system runs now, so that only its frames are known. */
  private boolean unmounted(int number, String rest) {
    Matcher header = UNMOUNTED.matcher(rest);
    if (!header.matches()) {
      draft.closeThread();
      return false;
    }
    PrintedThread opened = draft.openThread(header.group(1), number);
    opened.address = Long.parseUnsignedLong(header.group(2), 16);
    PrintedDump dump = draft.dump();
    if (dump != null) {
      dump.listsVirtualThreads = true;
    }
    return true;
  }

  private boolean type(String rest) {
    PrintedThread thread = draft.thread();
    if (thread != null) {
      thread.virtual = rest.startsWith("Type: Virtual");
    }
    return thread != null;
  }

  private static ThreadState state(String printed) {
    return switch (printed) {
      case "R" -> ThreadState.RUNNABLE;
      case "CW", "P" -> ThreadState.WAITING;
      case "B", "MW" -> ThreadState.BLOCKED;
      case "Z" -> ThreadState.TERMINATED;
      default -> ThreadState.UNKNOWN;
    };
  }

  private boolean javaId(String rest) {
    Matcher id = JAVA_ID.matcher(rest);
    PrintedThread thread = draft.thread();
    if (thread != null && id.matches()) {
      thread.javaId = Long.parseLong(id.group(1), 16);
      thread.daemon = rest.contains("isDaemon:true");
    }
    return true;
  }

  private boolean cpu(String rest) {
    Matcher cpu = CPU.matcher(rest);
    PrintedThread thread = draft.thread();
    if (thread != null && cpu.matches()) {
      thread.cpu = new BigDecimal(cpu.group(1)).movePointRight(3).toPlainString() + "ms";
    }
    return true;
  }

  private boolean blocker(String rest) {
    PrintedThread thread = draft.thread();
    Matcher blocker = BLOCKER.matcher(rest);
    if (thread == null || !blocker.matches()) {
      return false;
    }
    String className = blocker.group(2).replace('/', '.');
    String lock = LockLines.canonical("0x" + blocker.group(3));
    String owner = blocker.group(4) == null ? "" : blocker.group(4);
    int initializing = owner.indexOf("Initializing thread: ");
    String verb = blocker.group(1);
    if (initializing >= 0) {
      // The class is not named; the thread that initialises it is.
      thread.state = ThreadState.WAITING;
      thread.mention(Verb.PARKING, lock, className);
      locks.owned(lock, className, owner.substring(initializing), false);
    } else if (verb.equals("Blocked on")) {
      thread.state = ThreadState.BLOCKED;
      thread.mention(Verb.WAITING_TO_LOCK, lock, className);
      locks.owned(lock, className, owner, true);
    } else if (verb.equals("Parked on")) {
      thread.state = ThreadState.WAITING;
      thread.mention(Verb.PARKING, lock, className);
      locks.owned(lock, className, owner, false);
    } else {
      thread.state = ThreadState.WAITING;
      thread.mention(Verb.WAITING_ON, lock, className);
    }
    return true;
  }

  private boolean frame(String rest) {
    PrintedThread thread = draft.thread();
    if (thread == null || !rest.startsWith("at ")) {
      return false;
    }
    int parenthesis = rest.indexOf('(');
    String method = parenthesis < 0 ? rest.substring(3) : rest.substring(3, parenthesis);
    String place =
        parenthesis < 0 ? "" : rest.substring(parenthesis).replace("(Compiled Code)", "");
    thread.frame(frames.of(dotted(method) + place));
    if (thread.state == ThreadState.WAITING && isTimed(method)) {
      thread.state = ThreadState.TIMED_WAITING;
    }
    return true;
  }

  /** Slashes become dots, but for the one before the number of a hidden class. */
  private static String dotted(String method) {
    int hidden = method.indexOf("/0x");
    return hidden < 0
        ? method.replace('/', '.')
        : method.substring(0, hidden).replace('/', '.') + method.substring(hidden);
  }

  private static boolean isTimed(String method) {
    return method.endsWith("LockSupport.parkNanos")
        || method.endsWith("LockSupport.parkUntil")
        || method.endsWith("lang/Thread.sleep")
        || method.endsWith("lang.Thread.sleep");
  }

  private boolean entered(String rest) {
    PrintedThread thread = draft.thread();
    Matcher entered = ENTERED.matcher(rest);
    if (thread == null || !entered.matches()) {
      return false;
    }
    String lock = LockLines.canonical("0x" + entered.group(2));
    thread.mention(Verb.LOCKED, lock, entered.group(1).replace('/', '.'));
    return true;
  }

  private void close() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null) {
      Set<Long> listed = new HashSet<>();
      dump.threads.forEach(thread -> listed.add(thread.address));
      for (PrintedThread thread : current) {
        if (listed.add(thread.address)) {
          thread.runsJava = true;
          dump.threads.add(thread);
          dump.threadCount++;
          locks.thread(thread, thread.address);
        }
      }
      locks.conclude(dump);
      dump.truncated = titled && !ended;
    }
    current.clear();
    locks = new JavacoreLocks();
    inCurrent = false;
    titled = false;
    ended = false;
    head = new JavacoreHead(zone);
    draft.closeDump();
  }
}
