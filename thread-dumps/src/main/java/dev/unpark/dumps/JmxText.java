package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that VisualVM saves, and that Spring Boot's actuator gives for {@code Accept:
 * text/plain}: HotSpot's head above threads as JMX knows them.
 *
 * <pre>
 *   2021-09-15 19:58:48
 *   Full thread dump OpenJDK 64-Bit Server VM (17+35-2724 mixed mode, sharing):
 *
 *   "lockedThread" - Thread t@18
 *      java.lang.Thread.State: BLOCKED
 *           at app//com.example.Demo.lambda$main$1(Demo.java:23)
 *           - waiting to lock &lt;5b7e9c8d&gt; (a java.lang.Object) owned by "lockingThread" t@17
 *
 *      Locked ownable synchronizers:
 *           - Locked &lt;5cba6f7f&gt; (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
 * </pre>
 *
 * <p>Boot says "waiting to lock" of everything that has an owner, and "parking" of everything else
 * but {@code Object.wait} up to JDK 18; see {@link OwnedLocks}.
 */
final class JmxText implements LineParser {
  private static final String TITLE = "Full thread dump";
  private static final Pattern HEADER =
      Pattern.compile("(?s)\"(.*)\"(?: - Thread t@(\\d{1,18}))?\\s*");
  private static final Pattern OWNED =
      Pattern.compile("([^)]*\\)) owned by \".*\" t@(\\d{1,18})\\s*");
  private static final Pattern LOCK =
      Pattern.compile(
          "- (waiting on|waiting to lock|parking to wait for) +<(?:0x)?(\\p{XDigit}+)> \\(an? (.*)\\)");
  private static final int LONGEST_HEADER = 4000;
  private static final String EXPECTED = "\"name\" - Thread t@1, or a line below it";

  private final ZoneId zone;
  private final FrameText frames;
  private final DumpDraft draft;
  private final BrokenName brokenName = new BrokenName();
  private final Set<Long> ids = new HashSet<>();
  private OwnedLocks locks = new OwnedLocks();
  private boolean inSynchronizers;
  private @Nullable Instant nextTime;
  private int nextFirstLine;

  JmxText(String source, ZoneId zone, FrameText frames, Consumer<PrintedDump> sink) {
    this.zone = zone;
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  @Override
  public boolean awaitsThread() {
    return !draft.hasThreads();
  }

  @Override
  public void line(int number, String text) {
    if (text.startsWith(TITLE)) {
      title(number, text);
      return;
    }
    while (brokenName.isOpen()) {
      boolean detail = text.startsWith("\tat ") || text.startsWith("   java.lang.Thread.State:");
      if (!detail && brokenName.take(number, text, this::open)) {
        draft.touch(number);
        return;
      }
      giveUpName();
    }
    if (text.startsWith("\"")) {
      if (!open(number, text)) {
        draft.closeThread();
        brokenName.begin(number, text);
      }
      return;
    }
    Instant time = DumpTime.ofLocal(text, zone);
    if (time != null) {
      nextTime = time;
      nextFirstLine = number;
      return;
    }
    String line = text.strip();
    PrintedThread thread = draft.thread();
    if (thread == null || line.isEmpty()) {
      return;
    }
    if (detail(line, thread)) {
      draft.touch(number);
    } else if (Character.isWhitespace(text.charAt(0))) {
      draft.unread(number, line, EXPECTED);
    } else {
      draft.closeThread();
    }
  }

  @Override
  public void end() {
    while (brokenName.isOpen()) {
      giveUpName();
    }
    close();
  }

  private void title(int number, String text) {
    while (brokenName.isOpen()) {
      giveUpName();
    }
    close();
    PrintedDump opened = draft.openDump(nextFirstLine > 0 ? nextFirstLine : number);
    opened.time = nextTime;
    opened.listsSynchronizers = true;
    int parenthesis = text.lastIndexOf('(');
    if (parenthesis >= 0) {
      opened.jdk = JdkVersion.ofVm(text.substring(parenthesis + 1).replace("):", ""));
    }
    nextTime = null;
    nextFirstLine = 0;
  }

  private void giveUpName() {
    brokenName.giveUp((number, text) -> draft.unread(number, text, EXPECTED), this::line);
  }

  private boolean open(int number, String text) {
    Matcher header = HEADER.matcher(text);
    if (text.length() > LONGEST_HEADER || !header.matches()) {
      return false;
    }
    long id = header.group(2) == null ? -1 : Long.parseLong(header.group(2));
    if (id >= 0 && ids.contains(id)) {
      close();
    }
    ids.add(id);
    PrintedThread opened = draft.openThread(header.group(1), number);
    opened.javaId = id;
    inSynchronizers = false;
    PrintedDump dump = draft.dump();
    if (dump != null) {
      dump.listsSynchronizers = true;
    }
    return true;
  }

  private boolean detail(String line, PrintedThread thread) {
    if (line.startsWith("at ")) {
      thread.frame(frames.of(line.substring(3)));
      return !inSynchronizers;
    }
    if (line.startsWith("java.lang.Thread.State:")) {
      String state = line.substring(23).strip();
      int blank = state.indexOf(' ');
      thread.state = ThreadState.of(blank < 0 ? state : state.substring(0, blank));
      return true;
    }
    if (line.startsWith("Locked ownable synchronizers:")) {
      inSynchronizers = true;
      return true;
    }
    if (!line.startsWith("- ")) {
      return false;
    }
    return inSynchronizers ? LockLines.readSynchronizer(line, 2, thread) : lock(line, thread);
  }

  private boolean lock(String line, PrintedThread thread) {
    if (line.startsWith("- locked ")) {
      return LockLines.read(line, 2, thread);
    }
    Matcher owned = OWNED.matcher(line);
    boolean hasOwner = owned.matches();
    Matcher lock = LOCK.matcher(hasOwner ? owned.group(1) : line);
    if (!lock.matches()) {
      return LockLines.read(line, 2, thread);
    }
    String id = LockLines.canonical(lock.group(2));
    if (id.isEmpty()) {
      return false;
    }
    if (lock.group(1).equals("waiting on")) {
      thread.mention(Verb.WAITING_ON, id, lock.group(3));
    } else {
      locks.waits(thread, id, lock.group(3), hasOwner ? Long.parseLong(owned.group(2)) : -1);
    }
    return true;
  }

  private void close() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null) {
      locks.conclude(dump);
    }
    locks = new OwnedLocks();
    ids.clear();
    inSynchronizers = false;
    draft.closeDump();
  }
}
