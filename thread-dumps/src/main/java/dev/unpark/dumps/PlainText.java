package dev.unpark.dumps;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of lines: dumps of every form that is made of lines, one behind the other, in a log
 * or alone, and the JSON of a dump where such stands between them. One per file.
 *
 * <pre>
 *   12608:                            jcmd without a file prints the process, and then JSON
 *   {
 *     "threadDump": {
 * </pre>
 */
final class PlainText {
  private final String source;
  private final Collected collected;
  private final ContainerLog container = new ContainerLog();
  private final Pasted pasted = new Pasted();
  private final LinePrefix prefix = new LinePrefix();
  private final LineRouter router;

  /** The last two lines, as they were before a prefix was taken off. */
  private String last = "";

  private int numberOfLast;
  private String beforeLast = "";
  private int numberBeforeLast;

  private DumpForm jsonForm = DumpForm.UNKNOWN;

  PlainText(String source, ZoneId zone, Collected collected) {
    this.source = source;
    this.collected = collected;
    this.router = new LineRouter(source, zone, collected::add);
  }

  DumpFile read(InputStream bytes) throws IOException {
    LineSource lines = new LineSource(bytes);
    collected.watch(lines);
    String text = lines.next();
    text = text == null ? null : withoutMark(text);
    while (text != null) {
      String ahead = line(lines, text);
      text = ahead == null ? lines.next() : ahead;
    }
    String rest = container.rest();
    if (rest != null) {
      route(lines.number(), rest);
    }
    router.end();
    DumpForm form = router.form();
    return new DumpFile(
        source,
        form == DumpForm.UNKNOWN ? jsonForm : form,
        collected.dumps(),
        lines.number(),
        router.firstLine().isEmpty() && jsonForm != DumpForm.UNKNOWN ? "{" : router.firstLine());
  }

  private static String withoutMark(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /** Takes a line, and gives back the next one if it had to look at it. */
  private @Nullable String line(LineSource lines, String text) throws IOException {
    int number = lines.number();
    if (text.equals("{")) {
      String second = lines.next();
      DumpForm form = jsonForm(text + (second == null ? "" : second));
      if (form != DumpForm.UNKNOWN) {
        return json(lines, form, number, text + '\n' + second + '\n');
      }
      route(number, text);
      return second;
    }
    DumpForm form = text.startsWith("{") ? jsonForm(text) : DumpForm.UNKNOWN;
    if (form != DumpForm.UNKNOWN) {
      return json(lines, form, number, text + '\n');
    }
    String line = container.take(text);
    if (line != null) {
      line = pasted.restore(line);
    }
    if (line == text) {
      routeOne(number, text);
    } else if (line != null) {
      route(number, line);
    }
    return null;
  }

  private void routeOne(int number, String text) {
    String line = prefix.strip(text);
    if (prefix.isNew()) {
      again(numberBeforeLast, beforeLast);
      again(numberOfLast, last);
    }
    router.line(number, line);
    beforeLast = last;
    numberBeforeLast = numberOfLast;
    last = text;
    numberOfLast = number;
  }

  /** Process and time, above a title, have its prefix, which was not known when they came. */
  private void again(int number, String text) {
    String line = prefix.strip(text);
    if (!line.equals(text)) {
      router.line(number, line);
    }
  }

  /** A program may log a whole dump as one record: its line breaks are those of the dump. */
  private void route(int number, String line) {
    int from = 0;
    for (int to = line.indexOf('\n'); to >= 0; to = line.indexOf('\n', from)) {
      routeOne(number, line.substring(from, to));
      from = to + 1;
    }
    routeOne(number, from == 0 ? line : line.substring(from));
  }

  /** Whether a file that begins so is JSON that is broken into lines, as the JDK writes it. */
  static boolean holdsJson(byte[] head) {
    String[] lines = new String(head, StandardCharsets.UTF_8).split("\r*\n", 3);
    return lines.length > 1
        && withoutMark(lines[0]).equals("{")
        && jsonForm("{" + lines[1]) != DumpForm.UNKNOWN;
  }

  /** The form of a dump whose JSON begins with that text. */
  private static DumpForm jsonForm(String text) {
    String start = text.substring(0, Math.min(text.length(), 200)).replaceAll("[ \t]", "");
    if (start.startsWith("{\"threadDump\":{")) {
      return DumpForm.TO_FILE_JSON;
    }
    return start.startsWith("{\"threads\":[") ? DumpForm.ACTUATOR_JSON : DumpForm.UNKNOWN;
  }

  /** Reads one JSON value out of the lines, and gives back what of its last line is none of it. */
  private @Nullable String json(LineSource lines, DumpForm form, int number, String begun)
      throws IOException {
    router.end();
    jsonForm = jsonForm == DumpForm.UNKNOWN ? form : jsonForm;
    LineSource.Bytes bytes = lines.bytes(begun);
    String behind =
        form == DumpForm.TO_FILE_JSON
            ? new ToFileJson(source, number - 1).readOne(bytes, collected::add)
            : new ActuatorJson(source, number - 1).readOne(bytes, collected::add);
    // Of one that was cut, the last line may belong to what follows.
    String left = behind == null ? bytes.last() : behind;
    return left == null || left.isBlank() ? null : left.strip();
  }
}
