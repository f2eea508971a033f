package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a GraalVM native image prints for {@code kill -3}, when it was built with {@code
 * --enable-monitoring=threaddump}.
 *
 * <pre>
 *   Full thread dump:
 *
 *   "main" #1 thread=0x00007f8dd8002320 state=WAITING             tid= instead of thread= in old ones
 *     SP 0x00007ffd IP 0x00000000 FrameSize 32   shop.Till.main(Till.java:12)
 *   (no Java thread) thread=0x00007f8dd8002388
 * </pre>
 *
 * <p>No locks, no time and no version are printed; nor is an end, so the dump is over with the
 * first line that is neither indented nor a thread.
 */
final class NativeImageText implements LineParser {
  private static final Pattern HEADER =
      Pattern.compile(
          "(?s)(?:\"(.*)\" #(\\d{1,18})( daemon)?|\\(no Java thread\\)) (?:thread|tid)=0x(\\p{XDigit}{1,16})(?: state=([A-Z_]+))?\\s*");
  private static final Pattern FRAME =
      Pattern.compile("(?:.*\\s)?([^\\s()]+\\.[^\\s().]+\\([^()]*\\))\\s*");
  private static final int LONGEST = 4000;

  private final FrameText frames;
  private final DumpDraft draft;
  private final Set<Long> addresses = new HashSet<>();

  NativeImageText(String source, FrameText frames, Consumer<PrintedDump> sink) {
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  /** Whether that line opens a thread of this form. */
  static boolean opens(String line) {
    return line.length() <= LONGEST
        && line.startsWith("\"")
        && line.contains("=0x")
        && HEADER.matcher(line).matches()
        && line.contains(" state=");
  }

  @Override
  public boolean awaitsThread() {
    return !draft.hasThreads();
  }

  @Override
  public void line(int number, String text) {
    if (text.startsWith("Full thread dump")) {
      close();
      draft.openDump(number);
    } else if (text.startsWith("\"") || text.startsWith("(no Java thread)")) {
      header(number, text);
    } else if (!text.isBlank() && Character.isWhitespace(text.charAt(0))) {
      frame(number, text);
    } else if (!text.isBlank() && draft.hasThreads()) {
      close();
    }
  }

  @Override
  public void end() {
    close();
  }

  private void header(int number, String text) {
    Matcher header = HEADER.matcher(text.length() > LONGEST ? "" : text);
    if (!header.matches()) {
      draft.closeThread();
      draft.unread(number, text, "\"name\" #1 thread=0x... state=...");
      return;
    }
    long address = Long.parseUnsignedLong(header.group(4), 16);
    if (addresses.contains(address)) {
      close();
    }
    addresses.add(address);
    boolean java = header.group(1) != null;
    PrintedThread opened = draft.openThread(java ? header.group(1) : "", number);
    opened.address = address;
    opened.runsJava = java;
    if (java) {
      opened.javaId = Long.parseLong(header.group(2));
    }
    if (header.group(5) != null) {
      opened.state = ThreadState.of(header.group(5));
    }
  }

  private void frame(int number, String text) {
    PrintedThread thread = draft.thread();
    Matcher frame = FRAME.matcher(text.length() > LONGEST ? "" : text);
    if (thread != null && frame.matches()) {
      thread.frame(frames.of(frame.group(1)));
      draft.touch(number);
    } else if (thread != null && thread.runsJava && !text.contains("0x")) {
      draft.unread(number, text, "a frame: SP 0x... IP 0x... Class.method(File.java:1)");
    }
  }

  private void close() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null) {
      dump.tellsLocks = false;
      dump.limits.add(
          "locks, who owns them and who waits for them: no dump of a native image has them, a run of"
              + " the same program on a JVM with `jcmd PID Thread.print -l` shows them");
    }
    addresses.clear();
    draft.closeDump();
  }
}
