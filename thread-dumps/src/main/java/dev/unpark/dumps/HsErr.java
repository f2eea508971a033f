package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ThreadState;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The report that HotSpot writes when it crashes, {@code hs_err_pid4711.log}: a list of all
 * threads, and the frames of the one that crashed.
 *
 * <pre>
 *   # A fatal error has been detected by the Java Runtime Environment:
 *   #  SIGSEGV (0xb) at pc=0x7f04, pid=4361, tid=4362
 *   # JRE version: OpenJDK Runtime Environment (17.0.15+6) (build 17.0.15+6-LTS)
 *   Time: Tue Nov 24 02:14:45 2026 UTC elapsed time: 0.390183 seconds
 *   Native frames: (J=compiled Java code, j=interpreted, Vv=VM code, C=native code)
 *   Java frames: (J=compiled Java code, j=interpreted, Vv=VM code)
 *   J 79 c2 java.util.HashMap.get(Ljava/lang/Object;)Ljava/lang/Object; java.base@17.0.15 (23 bytes) @ 0x7f04
 *   j  Crash.main([Ljava/lang/String;)V+74
 *
 *   Java Threads: ( =&gt; current thread )
 *   =&gt;0x7f04 JavaThread "main" [_thread_in_vm, id=4362, stack(0x7f04,0x7f05)]
 *     0x7f05 JavaThread "waiter" daemon [_thread_blocked, id=4381, stack(0x7f06,0x7f07)]
 * </pre>
 *
 * <p>The state in brackets is the VM's: a blocked thread there sleeps, parks or waits for whatever,
 * so nothing is concluded from it.
 */
final class HsErr implements LineParser {
  private static final Pattern THREAD =
      Pattern.compile(
          "(=>| )? ?0x(\\p{XDigit}{1,16}) JavaThread \"(.*)\" *+(daemon )? *+\\[(\\w+), id=(\\d{1,18})\\b.*");
  private static final Pattern PROCESS = Pattern.compile(".*\\bpid=(\\d{1,18}),.*");
  private static final Pattern BUILD = Pattern.compile(".*\\(build ([^()]+)\\).*");
  private static final Pattern TIME =
      Pattern.compile("[Tt]ime: (\\w{3} \\w{3} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d \\d{4} \\S+) .*");
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy z", Locale.ENGLISH);
  private static final Pattern FRAME =
      Pattern.compile("(?:j  |J ++\\d\\S*+ ++(?:[%!sbn]+ +)?(?:c[12] +)?)([^\\s(]+)\\(.*");

  /** Where in the report the next line stands. */
  private enum Place {
    ELSEWHERE,
    FRAMES,
    THREADS
  }

  private final FrameText frames;
  private final DumpDraft draft;
  private final List<String> crashed = new ArrayList<>();
  private Place place = Place.ELSEWHERE;
  private boolean ended;

  HsErr(String source, FrameText frames, Consumer<PrintedDump> sink) {
    this.frames = frames;
    this.draft = new DumpDraft(source, sink);
  }

  /** Whether that line begins a report. */
  static boolean opens(String line) {
    return line.startsWith("# A fatal error has been detected by the Java Runtime")
        || line.startsWith("# There is insufficient memory for the Java Runtime");
  }

  @Override
  public boolean awaitsThread() {
    return !draft.hasThreads();
  }

  @Override
  public void line(int number, String text) {
    if (opens(text)) {
      close();
      draft.openDump(number).tellsLocks = false;
      return;
    }
    PrintedDump dump = draft.dump();
    if (dump == null) {
      return;
    }
    if (text.startsWith("# ")) {
      head(dump, text);
    } else if (text.startsWith("Time: ") || text.startsWith("time: ")) {
      dump.time = time(text);
    } else if (text.startsWith("Native frames:") || text.startsWith("Java frames:")) {
      // The second list repeats the Java frames of the first.
      crashed.clear();
      place = Place.FRAMES;
    } else if (text.startsWith("Java Threads:")) {
      place = Place.THREADS;
    } else if (text.equals("END.")) {
      ended = true;
      draft.touch(number);
      close();
    } else if (text.isBlank()) {
      draft.closeThread();
      place = Place.ELSEWHERE;
    } else if (place == Place.FRAMES) {
      frame(text);
    } else if (place == Place.THREADS) {
      thread(number, text);
    }
  }

  @Override
  public void end() {
    close();
  }

  private static void head(PrintedDump dump, String text) {
    Matcher process = PROCESS.matcher(text);
    Matcher build = BUILD.matcher(text);
    if (dump.pid < 0 && process.matches()) {
      dump.pid = Long.parseLong(process.group(1));
    }
    if (text.startsWith("# JRE version:") && build.matches()) {
      dump.jdk = JdkVersion.ofRuntime(build.group(1));
    }
  }

  private static @Nullable Instant time(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return null;
    }
    try {
      return ZonedDateTime.parse(time.group(1).replaceAll(" +", " "), CLOCK).toInstant();
    } catch (DateTimeException notATime) {
      return null;
    }
  }

  private void frame(String text) {
    Matcher frame = FRAME.matcher(text);
    if (frame.matches() && crashed.size() < PrintedThread.MOST) {
      crashed.add(frames.of(frame.group(1) + "(Unknown Source)"));
    }
  }

  private void thread(int number, String text) {
    if (text.startsWith("Total:")) {
      return;
    }
    Matcher thread = THREAD.matcher(text);
    if (!thread.matches()) {
      draft.closeThread();
      // Compiler and service threads have a kind of their own.
      if (!text.contains("Thread \"")) {
        draft.unread(number, text, "0x... JavaThread \"name\" [_thread_..., id=...");
      }
      return;
    }
    PrintedThread opened = draft.openThread(thread.group(3), number);
    opened.address = Long.parseUnsignedLong(thread.group(2), 16);
    opened.daemon = thread.group(4) != null;
    if ("=>".equals(thread.group(1))) {
      opened.state = ThreadState.RUNNABLE;
      crashed.forEach(opened::frame);
    }
  }

  private void close() {
    draft.closeThread();
    PrintedDump dump = draft.dump();
    if (dump != null && dump.threadCount == 0) {
      // A console shows only the first lines of a report.
      draft.discard();
    } else if (dump != null) {
      dump.truncated = !ended;
      dump.limits.add(
          "states, locks and frames of all threads but the crashed one:"
              + " `jhsdb jstack --locks --exe JAVA --core CORE` shows them, if there is a core file");
    }
    crashed.clear();
    place = Place.ELSEWHERE;
    ended = false;
    draft.closeDump();
  }
}
