package dev.unpark.dumps;

/**
 * The section that HotSpot prints below the threads: who waits for whom, and the stacks of these
 * threads once more. Confined to its reader.
 */
final class HotSpotDeadlocks {
  private static final String OPENING = "Found one Java-level deadlock";

  /** What the next line of a section may be. */
  enum Next {
    /** More of who waits for whom. */
    WAITS,
    /** More of the stacks that stand above, too. */
    STACKS,
    /** No part of the section any more, which was whole. */
    OVER
  }

  private final DumpDraft draft;
  private DeadlockSection section = new DeadlockSection();
  private Next next = Next.OVER;

  HotSpotDeadlocks(DumpDraft draft) {
    this.draft = draft;
  }

  static boolean opens(String text, int start) {
    return text.startsWith(OPENING, start);
  }

  /** The section begins with that line. */
  void open(int number, String text) {
    PrintedDump dump = draft.dump();
    if (dump != null) {
      section = dump.openDeadlock(number, text);
      next = Next.WAITS;
      draft.touch(number);
    }
  }

  /** Takes a line of the section, and tells what may follow. */
  Next line(int number, String text) {
    if (isEnd(text)) {
      draft.touch(number);
      next = Next.OVER;
    } else if (next == Next.WAITS) {
      waits(number, text);
    } else if (opens(text, 0)) {
      open(number, text);
    } else if (!text.isBlank()) {
      draft.touch(number);
    }
    return next;
  }

  private static boolean isEnd(String text) {
    return text.startsWith("Found ")
        && (text.endsWith(" deadlock.") || text.endsWith(" deadlocks."));
  }

  private void waits(int number, String text) {
    String line = text.strip();
    if (line.isEmpty() || line.charAt(0) == '=') {
      return;
    }
    boolean read = true;
    if (line.startsWith("Java stack information")) {
      next = Next.STACKS;
    } else if (text.length() > 2 && text.startsWith("\"") && text.endsWith("\":")) {
      section.thread(text.substring(1, text.length() - 2));
    } else if (line.startsWith("waiting to lock ")
        || line.startsWith("waiting for ownable synchronizer ")) {
      read = section.waitsFor(LockLines.idInDeadlock(line));
    } else if (line.contains("which is held by \"")) {
      int from = line.indexOf("which is held by \"") + 18;
      int to = line.lastIndexOf('"');
      read = to >= from && section.heldBy(line.substring(from, to));
    } else if (!line.contains("which is held by ")) {
      // Held by an address that the JVM could not name: no fact.
      read = false;
    }
    if (read) {
      draft.touch(number);
    } else {
      draft.unread(number, text, "who waits for which lock, and who holds it");
    }
  }
}
