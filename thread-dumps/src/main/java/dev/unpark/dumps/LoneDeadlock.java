package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.dumps.LockMention.Verb;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The section of a deadlock without the dump that it stood in: what people keep of a dump when they
 * ask for help, of {@code jstack} or of {@code jstack -F}, out of a page or a mail.
 *
 * <pre>
 *   Found one Java-level deadlock:
 *   =============================
 *   "till-1":
 *     waiting to lock monitor 0x00007f70c0f1c228 (object 0x0000000765282180, a shop.Till),
 *     which is held by "till-2"
 *   ...
 *   Java stack information for the threads listed above:                     may be missing, or cut
 *   ===================================================
 *   "till-1":
 *           at shop.Till.pay(Till.java:35)
 *           - waiting to lock &lt;0x0000000765282180&gt; (a shop.Till)
 * </pre>
 *
 * <p>Its threads are those that it lists. Nothing is taken over from the JVM's verdict: that they
 * are deadlocked is concluded from who waits for whom.
 */
final class LoneDeadlock implements LineParser {
  private static final String OPENING = "Found one Java-level deadlock";
  private static final String STACKS = "Java stack information for the threads listed above";
  private static final String EXPECTED = "who waits for which lock and who holds it, or a stack";
  private static final String LIMIT =
      "all threads but those of the deadlock: `jcmd PID Thread.print -l` shows them";

  private final FrameText frames;
  private final DumpDraft draft;
  private final Map<String, PrintedThread> byName = new HashMap<>();
  private DeadlockSection section = new DeadlockSection();
  private boolean inStacks;
  private boolean over;

  /** Whose stack comes, or null before the first. */
  private @Nullable PrintedThread current;

  LoneDeadlock(String source, FrameText frames, Consumer<PrintedDump> sink) {
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  static boolean opens(String line) {
    return line.startsWith(OPENING);
  }

  @Override
  public boolean awaitsThread() {
    // Above or below it, the rest of its dump may stand after all.
    return true;
  }

  @Override
  public void line(int number, String text) {
    String line = bare(text);
    if (opens(line)) {
      open(number, line);
    } else if (draft.dump() != null && !over && !line.isEmpty()) {
      inside(number, text, line);
    }
  }

  @Override
  public void end() {
    draft.closeDump();
    byName.clear();
    over = false;
  }

  /** Pages make a heading of a title that is underlined, and indent what they quote. */
  private static String bare(String text) {
    String line = text.strip();
    return line.startsWith("#") ? line.substring(1).strip() : line;
  }

  private void open(int number, String line) {
    if (over) {
      end();
    }
    PrintedDump dump = draft.dump();
    if (dump == null) {
      dump = draft.openDump(number);
      dump.limits.add(LIMIT);
      // Of each lock in it, the section names the owner.
      dump.listsSynchronizers = true;
    }
    section = dump.openDeadlock(number, line);
    inStacks = false;
    current = null;
  }

  private void inside(int number, String text, String line) {
    boolean read = true;
    if (line.startsWith("Found ") && line.contains(" deadlock")) {
      over = true;
    } else if (line.startsWith(STACKS)) {
      inStacks = true;
      current = null;
      draft.closeThread();
    } else if (line.length() > 2 && line.startsWith("\"") && line.endsWith("\":")) {
      name(number, line.substring(1, line.length() - 2));
    } else {
      read = inStacks ? stack(line) : waits(line);
    }
    if (read) {
      draft.touch(number);
      if (current != null) {
        current.lastLine = number;
      }
    } else if (Character.isWhitespace(text.charAt(0))) {
      draft.unread(number, line, EXPECTED);
    }
  }

  private void name(int number, String name) {
    if (inStacks) {
      current = byName.get(name);
      return;
    }
    section.thread(name);
    current = null;
    if (!byName.containsKey(name)) {
      current = draft.openThread(name, number);
      byName.put(name, current);
    }
  }

  private boolean waits(String line) {
    boolean monitor = line.startsWith("waiting to lock ");
    if (monitor || line.startsWith("waiting for ownable synchronizer ")) {
      String lock = LockLines.idInDeadlock(line);
      if (current != null && !lock.isEmpty()) {
        current.state = monitor ? ThreadState.BLOCKED : ThreadState.WAITING;
        Verb verb = monitor ? Verb.WAITING_TO_LOCK : Verb.PARKING;
        current.mention(verb, lock, LockLines.classInDeadlock(line));
      }
      return section.waitsFor(lock);
    }
    int from = line.indexOf("which is held by \"") + 18;
    int to = line.lastIndexOf('"');
    return from >= 18 && to >= from && section.heldBy(line.substring(from, to))
        || line.contains("which is held by ")
        || line.startsWith("=");
  }

  private boolean stack(String line) {
    PrintedThread thread = current;
    if (line.startsWith("at ")) {
      if (thread != null) {
        thread.frame(frames.of(line.substring(3)));
      }
      return thread != null;
    }
    if (line.startsWith("- ")) {
      return thread != null && LockLines.read(line, 2, thread);
    }
    return line.startsWith("=") || line.equals("...");
  }
}
