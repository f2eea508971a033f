package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Threads as {@code ThreadInfo.toString} prints them, and those who imitate it: Jenkins, Arthas.
 *
 * <pre>
 *   "dl-1" prio=5 Id=21 BLOCKED on java.lang.Object@3764951d owned by "dl-2" Id=22 (in native)
 *    daemon, prio= from JDK 9; Group= in Jenkins
 *           at app//Scen.lambda$main$35(Scen.java:36)
 *           -  blocked on java.lang.Object@3764951d
 *           -  locked java.lang.Object@d716361
 *           ...                                          behind the eighth frame
 *
 *           Number of locked synchronizers = 1
 *           - java.util.concurrent.locks.ReentrantLock$NonfairSync@4b1210ee
 * </pre>
 *
 * <p>Nothing separates two dumps: a second thread of the same id begins the next.
 */
final class ThreadInfoText implements LineParser {
  private static final Pattern HEADER =
      Pattern.compile(
          "(?s)\"(.*)\"(?<daemon> daemon)?(?: prio=(?<priority>\\d{1,2}))? Id=(?<id>\\d{1,18})(?: Group=.*?)?(?: cpuUsage=\\S+ deltaTime=\\S+ time=\\S+)?"
              + " (?<state>NEW|RUNNABLE|BLOCKED|WAITING|TIMED_WAITING|TERMINATED)"
              + "(?: on (?<lock>\\S+@\\p{XDigit}+))?(?: owned by \".*\" Id=(?<owner>\\d{1,18}))?.*");

  /** Longer headers are no headers; the pattern could be made to look at them for long. */
  private static final int LONGEST_HEADER = 4000;

  /** A name that imitates headers more often is none, and would be tried at every imitation. */
  private static final int MOST_IMITATIONS = 8;

  private static final String EXPECTED = "\"name\" Id=1 STATE, or a frame or a lock below it";

  private final FrameText frames;
  private final DumpDraft draft;
  private final BrokenName brokenName = new BrokenName();
  private final Set<Long> ids = new HashSet<>();
  private OwnedLocks locks = new OwnedLocks();
  private boolean inSynchronizers;
  private boolean cut;

  ThreadInfoText(String source, FrameText frames, Consumer<PrintedDump> sink) {
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
      if (!text.startsWith("\tat ") && brokenName.take(number, text, this::open)) {
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
    PrintedThread thread = draft.thread();
    String line = text.strip();
    if (thread == null || line.isEmpty()) {
      return;
    }
    if (detail(line, thread)) {
      draft.touch(number);
    } else if (Character.isWhitespace(text.charAt(0))) {
      draft.unread(number, line, EXPECTED);
    } else {
      // A log goes on behind the threads.
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

  private void giveUpName() {
    brokenName.giveUp((number, text) -> draft.unread(number, text, EXPECTED), this::line);
  }

  private boolean open(int number, String text) {
    if (text.length() > LONGEST_HEADER || imitations(text) > MOST_IMITATIONS) {
      return false;
    }
    Matcher header = HEADER.matcher(text);
    if (!header.matches()) {
      return false;
    }
    long id = Long.parseLong(header.group("id"));
    if (ids.contains(id)) {
      close();
    }
    ids.add(id);
    PrintedThread opened = draft.openThread(header.group(1), number);
    opened.javaId = id;
    opened.state = ThreadState.of(header.group("state"));
    opened.daemon = header.group("daemon") != null;
    String priority = header.group("priority");
    opened.priority = priority == null ? 0 : Integer.parseInt(priority);
    inSynchronizers = false;
    PrintedDump dump = draft.dump();
    if (dump != null) {
      dump.listsSynchronizers = true;
    }
    String lock = header.group("lock");
    if (lock != null) {
      String owner = header.group("owner");
      locks.waits(opened, lock, classOf(lock), owner == null ? -1 : Long.parseLong(owner));
    }
    return true;
  }

  private static int imitations(String text) {
    int count = 0;
    for (int at = text.indexOf(" Id="); at >= 0; at = text.indexOf(" Id=", at + 1)) {
      count++;
    }
    return count;
  }

  private boolean detail(String line, PrintedThread thread) {
    if (line.startsWith("at ")) {
      String frame = line.substring(3);
      inferJdk(frame);
      thread.frame(frames.of(frame));
      return !inSynchronizers;
    }
    if (line.equals("...")) {
      cut = true;
      return true;
    }
    if (line.startsWith("Number of locked synchronizers")) {
      inSynchronizers = true;
      return true;
    }
    if (!line.startsWith("-")) {
      return false;
    }
    String said = line.substring(1).strip();
    if (inSynchronizers) {
      return lock(said, "", thread);
    }
    // What it is blocked or waiting on stands in the header.
    return said.startsWith("blocked on ")
        || said.startsWith("waiting on ")
        || lock(said, "locked ", thread);
  }

  private boolean lock(String said, String verb, PrintedThread thread) {
    int end = said.indexOf(' ', verb.length());
    String lock = said.substring(Math.min(verb.length(), said.length()));
    if (end >= 0) {
      // Arthas writes a remark behind it.
      lock = said.substring(verb.length(), end);
    }
    if (!said.startsWith(verb) || lock.indexOf('@') < 1) {
      return false;
    }
    if (verb.isEmpty()) {
      thread.synchronizer(lock, classOf(lock));
    } else {
      thread.mention(Verb.LOCKED, lock, classOf(lock));
    }
    return true;
  }

  /** No line tells the version, but frames carry that of their module. */
  private void inferJdk(String frame) {
    PrintedDump dump = draft.dump();
    if (dump != null && dump.jdk.isEmpty()) {
      dump.jdk = JdkVersion.ofFrame(frame);
    }
  }

  private static String classOf(String lock) {
    int at = lock.lastIndexOf('@');
    return at < 0 ? lock : lock.substring(0, at);
  }

  private void close() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null) {
      locks.conclude(dump);
      if (cut) {
        dump.limits.add(
            "frames behind the eighth of a stack: `jcmd PID Thread.print -l` shows them");
      }
    }
    locks = new OwnedLocks();
    ids.clear();
    cut = false;
    inSynchronizers = false;
    draft.closeDump();
  }
}
