package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a HotSpot dump: their headers, and the lines below them. Confined to its reader.
 */
final class HotSpotThreads {
  private final DumpDraft draft;
  private final FrameText frames;
  private final BrokenName brokenName = new BrokenName();
  private boolean inSynchronizers;
  private boolean inMounted;

  HotSpotThreads(DumpDraft draft, FrameText frames) {
    this.draft = draft;
    this.frames = frames;
  }

  /**
   * Takes a line if it can stand in a thread.
   *
   * @param start where its first letter stands
   */
  boolean line(int number, String text, int start) {
    if (start == 0 && text.charAt(0) == '"') {
      headerOrName(number, text);
      return true;
    }
    if (text.startsWith("at ", start)) {
      frame(number, text, start + 3);
      return true;
    }
    if (text.startsWith("- ", start)) {
      lock(number, text, start + 2);
      return true;
    }
    boolean read = detail(number, text, start);
    if (read) {
      draft.touch(number);
    }
    return read;
  }

  private void headerOrName(int number, String text) {
    ThreadHeader header = ThreadHeader.parse(text);
    if (header != null) {
      open(number, header);
    } else {
      draft.closeThread();
      brokenName.begin(number, text);
    }
  }

  /** Opens a thread, in a dump that begins here unless one is open. */
  void open(int number, ThreadHeader header) {
    PrintedThread opened = header.thread(number);
    opened.runsJava = header.javaId >= 0 || header.hasStack;
    draft.openThread(opened);
    inSynchronizers = false;
    inMounted = false;
  }

  /** Whether a name with line breaks is not over yet. */
  boolean isNameOpen() {
    return brokenName.isOpen();
  }

  /**
   * Whether the line belongs to a name with line breaks; if not, its start was no name.
   *
   * @param lines takes the lines that it has swallowed
   */
  boolean continueName(int number, String text, BrokenName.Lines lines) {
    // A whole header behind it means that the first line was torn, not that a name is so long.
    boolean over =
        text.startsWith("   java.lang.Thread.State:")
            || text.startsWith("\tat ")
            || text.startsWith("\"") && ThreadHeader.parse(text) != null;
    if (!over && brokenName.take(number, text, this::open)) {
      draft.touch(number);
      return true;
    }
    giveUpName(lines);
    return false;
  }

  void giveUpName(BrokenName.Lines lines) {
    brokenName.giveUp(
        (number, text) -> draft.unread(number, text, "\"name\" ... tid=0x... nid=..."), lines);
  }

  private boolean open(int number, String text) {
    // Behind the name, a mail has broken the line; the last quote ends the name.
    int quote = text.lastIndexOf('"');
    String header = text.substring(0, quote) + text.substring(quote).replace('\n', ' ');
    ThreadHeader parsed = text.contains("tid=") ? ThreadHeader.parse(header) : null;
    if (parsed != null) {
      open(number, parsed);
    }
    return parsed != null;
  }

  private void frame(int number, String text, int from) {
    PrintedThread of = frameOwner();
    if (of == null || inSynchronizers) {
      draft.unread(number, text, "a frame below the header of its thread");
      return;
    }
    of.runsJava = true;
    of.frame(frames.of(text, from));
    draft.touch(number);
  }

  /** A carrier prints its own frames first, then those of the virtual thread that it carries. */
  private @Nullable PrintedThread frameOwner() {
    PrintedThread current = draft.thread();
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
      draft.touch(number);
    } else {
      draft.unread(number, text, "- locked <0x...> (a some.Class), or another lock line");
    }
  }

  private boolean detail(int number, String text, int start) {
    if (text.startsWith("Locked ownable synchronizers:", start)) {
      inSynchronizers = true;
      PrintedDump dump = draft.dump();
      if (dump != null) {
        dump.listsSynchronizers = true;
      }
      return true;
    }
    PrintedThread current = draft.thread();
    if (current == null) {
      return false;
    }
    if (text.startsWith("java.lang.Thread.State:", start)) {
      state(current, text.substring(start + 23).strip());
      return true;
    }
    if (text.startsWith("Carrying virtual thread #", start)) {
      current.carries(id(text, start + 25), number);
      return true;
    }
    if (text.startsWith("Mounted virtual thread #", start)) {
      // Its frames follow, from JDK 25 on.
      current.carries(id(text, start + 24), number);
      inMounted = true;
      return true;
    }
    return text.startsWith("Compiling:", start)
        || text.startsWith("No compile task", start)
        || text.startsWith("Thread: 0x", start)
        || text.startsWith("JavaThread state:", start);
  }

  private static long id(String text, int from) {
    return HotSpotPreamble.pid(text.substring(from).strip() + ":");
  }

  private static void state(PrintedThread current, String text) {
    int blank = text.indexOf(' ');
    current.runsJava = true;
    current.state = ThreadState.of(blank < 0 ? text : text.substring(0, blank));
  }
}
