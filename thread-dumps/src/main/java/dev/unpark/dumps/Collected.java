package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ObservedThread;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dumps of one file.
 *
 * <p>Their times must rise, or the later one would count as the same look twice: HotSpot prints
 * whole seconds, and old JDKs none.
 *
 * <p><b>When full:</b> every second dump is let go, so that first, last and an even choice of those
 * between stay; the last one says how many are gone.
 */
final class Collected {
  private static final Duration STEP = Duration.ofMillis(1);
  private static final int MOST_DUMPS = 10_000;
  private static final int MOST_THREADS = 1_500_000;
  private static final int DEEP = 500;

  private final SharedValues shared = new SharedValues();
  private final Instant fallback;
  private final int mostDumps;
  private final int mostThreads;
  private List<Dump> dumps = new ArrayList<>();
  private long threads;
  private int stride = 1;
  private int sinceKept;
  private int letGo;
  private @Nullable Dump last;
  private @Nullable LineSource lines;

  Collected(Instant fallback) {
    this(fallback, MOST_DUMPS, MOST_THREADS);
  }

  Collected(Instant fallback, int mostDumps, int mostThreads) {
    this.fallback = fallback;
    this.mostDumps = mostDumps;
    this.mostThreads = mostThreads;
  }

  /** Lines that this source cuts are unread lines of the dump that they stand in. */
  void watch(LineSource source) {
    lines = source;
  }

  void add(PrintedDump printed) {
    countCutLines(printed);
    Instant before = last == null ? null : last.observation().time();
    Instant next = before == null ? fallback : before.plus(STEP);
    if (printed.time != null && printed.time.equals(before)) {
      printed.time = next;
    }
    Dump dump = Interpreter.interpret(printed, next, shared);
    keepLast();
    last = dump;
  }

  /** The dumps in the order in which they stand in the file. */
  List<Dump> dumps() {
    List<Dump> all = new ArrayList<>(dumps);
    if (last != null) {
      all.add(letGo == 0 ? last : withLoss(last));
    }
    return all;
  }

  private void countCutLines(PrintedDump printed) {
    if (lines == null) {
      return;
    }
    for (int line : lines.cut()) {
      if (line >= printed.firstLine && line <= printed.lastLine) {
        printed.unread(
            line,
            "a line of more than %,d bytes".formatted(LineSource.LONGEST),
            "a line of a dump, which is shorter");
      }
    }
  }

  private void keepLast() {
    if (last == null) {
      return;
    }
    if (++sinceKept < stride) {
      letGo++;
      return;
    }
    sinceKept = 0;
    dumps.add(last);
    threads += weight(last);
    if (dumps.size() > mostDumps || threads > mostThreads && dumps.size() > 1) {
      thin();
    }
  }

  /** Threads; one whose stack is deeper than stacks are counts as several. */
  private static long weight(Dump dump) {
    long weight = 0;
    for (ObservedThread thread : dump.observation().threads()) {
      weight += 1 + thread.stack().size() / DEEP;
    }
    return weight;
  }

  private void thin() {
    List<Dump> kept = new ArrayList<>();
    threads = 0;
    for (int i = 0; i < dumps.size(); i += 2) {
      kept.add(dumps.get(i));
      threads += weight(dumps.get(i));
    }
    letGo += dumps.size() - kept.size();
    dumps = kept;
    stride *= 2;
  }

  private Dump withLoss(Dump dump) {
    return dump.without(
        new UnreadLine(
            dump.lines().source(),
            dump.lines().from(),
            "%,d dumps before it".formatted(letGo),
            "at most %,d dumps of %,d threads in one file; of more, every %dth is kept"
                .formatted(mostDumps, mostThreads, stride)),
        false);
  }
}
