package dev.unpark.dumps;

import dev.unpark.diagnosis.model.VirtualScheduler;
import java.time.ZoneId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands the lines of one file to the reader of the form that they stand in, and to another one as
 * soon as another form begins.
 *
 * <p>Some forms say when and of whom they are before they can be recognised, so a reader is also
 * given the last few lines before the one that told its form.
 */
final class LineRouter {
  private static final int REMEMBERED = 8;

  /** Above HotSpot's title stand a process and a time. */
  private static final int ABOVE_TITLE = 2;

  private static final String TITLE = "Full thread dump";

  private final String source;
  private final ZoneId zone;
  private final Consumer<PrintedDump> sink;
  private final FrameText frames = new FrameText();
  private final String[] texts = new String[REMEMBERED];
  private final int[] numbers = new int[REMEMBERED];

  private int seen;
  private int from;
  private DumpForm first = DumpForm.UNKNOWN;
  private DumpForm current = DumpForm.UNKNOWN;
  private @Nullable LineParser parser;

  /** The last one seen, for the dump that it stands behind or before. */
  private @Nullable VirtualScheduler scheduler;

  private boolean turning;
  private boolean handedOn;
  private String firstLine = "";

  LineRouter(String source, ZoneId zone, Consumer<PrintedDump> sink) {
    this.source = source;
    this.zone = zone;
    this.sink = sink;
  }

  /** The first form found in the file. */
  DumpForm form() {
    return first;
  }

  /** The first line that is not blank; empty when there is none. */
  String firstLine() {
    return firstLine;
  }

  void line(int number, String text) {
    if (firstLine.isEmpty() && !text.isBlank()) {
      firstLine = text;
    }
    VirtualScheduler beside = SchedulerLine.ofLine(text);
    if (beside != null) {
      scheduler = beside;
      return;
    }
    DumpForm told = told(text);
    if (text.startsWith(TITLE)) {
      from = Math.max(from, seen - ABOVE_TITLE);
    }
    if (told != DumpForm.UNKNOWN && told != current) {
      turnTo(told);
    }
    if (parser != null) {
      parser.line(number, text);
    }
    texts[seen % REMEMBERED] = text;
    numbers[seen % REMEMBERED] = number;
    seen++;
  }

  void end() {
    if (parser != null) {
      parser.end();
    }
  }

  /**
   * The form that a line shows. A thread's name tells only where no form is certain yet: VisualVM
   * and Spring Boot write HotSpot's title above threads of another form.
   */
  private DumpForm told(String text) {
    boolean shared =
        current == DumpForm.JMX_TEXT
            || current == DumpForm.NATIVE_IMAGE
            || current == DumpForm.PROGRAM_TEXT;
    if (shared && text.startsWith(TITLE)) {
      return DumpForm.UNKNOWN;
    }
    boolean certain = current != DumpForm.UNKNOWN && (parser == null || !parser.awaitsThread());
    if (certain && text.startsWith("\"")) {
      return DumpForm.UNKNOWN;
    }
    DumpForm told = FormRecognizer.of(text);
    // Behind threads, the section is part of their dump.
    return told == DumpForm.DEADLOCK_SECTION && current != DumpForm.UNKNOWN
        ? DumpForm.UNKNOWN
        : told;
  }

  private void turnTo(DumpForm form) {
    // What the reader so far took for the head of a dump is the head of this one.
    turning = true;
    end();
    turning = false;
    first = handedOn ? first : form;
    current = form;
    LineParser next = parserOf(form);
    parser = next;
    for (int i = Math.max(from, seen - REMEMBERED); next != null && i < seen; i++) {
      next.line(numbers[i % REMEMBERED], texts[i % REMEMBERED]);
    }
  }

  private void hand(PrintedDump dump) {
    if (!turning || dump.threadCount > 0) {
      handedOn = true;
      dump.form = current;
      dump.scheduler = scheduler;
      scheduler = null;
      sink.accept(dump);
    }
  }

  private @Nullable LineParser parserOf(DumpForm form) {
    return switch (form) {
      case HOTSPOT_TEXT -> new HotSpotText(source, zone, frames, this::hand);
      case DEADLOCK_SECTION -> new LoneDeadlock(source, frames, this::hand);
      case TO_FILE_TEXT -> new ToFileText(source, frames, this::hand);
      case SERVICEABILITY_AGENT -> new ServiceabilityAgentText(source, frames, this::hand);
      case JAVACORE -> new Javacore(source, zone, frames, this::hand);
      case THREAD_INFO -> new ThreadInfoText(source, frames, this::hand);
      case PROGRAM_TEXT -> new ProgramText(source, frames, this::hand);
      case JMX_TEXT -> new JmxText(source, zone, frames, this::hand);
      case HS_ERR -> new HsErr(source, frames, this::hand);
      case NATIVE_IMAGE -> new NativeImageText(source, frames, this::hand);
      case TO_FILE_JSON, ACTUATOR_JSON, RECORDING, UNKNOWN -> null;
    };
  }
}
