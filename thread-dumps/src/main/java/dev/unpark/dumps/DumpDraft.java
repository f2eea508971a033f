package dev.unpark.dumps;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dump that a reader of lines is at, and the thread in it, which grow line by line. Confined to
 * its reader.
 */
final class DumpDraft {
  private final String source;
  private final Consumer<PrintedDump> sink;
  private @Nullable PrintedDump dump;
  private @Nullable PrintedThread thread;

  DumpDraft(String source, Consumer<PrintedDump> sink) {
    this.source = source;
    this.sink = sink;
  }

  @Nullable PrintedDump dump() {
    return dump;
  }

  @Nullable PrintedThread thread() {
    return thread;
  }

  /** Whether a thread of the dump at hand has been seen yet. */
  boolean hasThreads() {
    PrintedDump open = dump;
    return open != null && open.threadCount > 0;
  }

  /** Begins a dump; one that is open ends. */
  PrintedDump openDump(int firstLine) {
    closeDump();
    PrintedDump opened = new PrintedDump(source, firstLine);
    dump = opened;
    return opened;
  }

  /** Begins a thread, in a dump that begins here unless one is open. */
  PrintedThread openThread(String name, int line) {
    PrintedThread opened = new PrintedThread(name, line);
    opened.runsJava = true;
    openThread(opened);
    return opened;
  }

  /** The same for a thread whose header is read. */
  void openThread(PrintedThread opened) {
    closeThread();
    PrintedDump into = dump == null ? openDump(opened.firstLine) : dump;
    into.threadCount++;
    into.lastLine = opened.firstLine;
    thread = opened;
  }

  void closeThread() {
    PrintedThread closed = thread;
    PrintedDump into = dump;
    thread = null;
    if (closed != null && into != null && closed.runsJava) {
      into.threads.add(closed);
      if (closed.mounted != null) {
        into.threads.add(closed.mounted);
      }
    }
  }

  /** Ends the dump and hands it on; nothing happens when none is open. */
  void closeDump() {
    closeThread();
    PrintedDump closed = dump;
    dump = null;
    if (closed != null) {
      sink.accept(closed);
    }
  }

  /** The dump was none after all. */
  void discard() {
    dump = null;
    thread = null;
  }

  /** That line belongs to the dump, and to the thread if one is open. */
  void touch(int line) {
    if (dump != null) {
      dump.lastLine = line;
    }
    if (thread != null) {
      thread.lastLine = line;
      if (thread.mounted != null) {
        thread.mounted.lastLine = line;
      }
    }
  }

  void unread(int line, String text, String expected) {
    if (dump != null) {
      dump.unread(line, text, expected);
    }
  }
}
