package dev.unpark.dumps;

import java.io.IOException;
import java.io.InputStream;
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
  private final LinePrefix prefix = new LinePrefix();
  private final LineRouter router;
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
        router.firstLine());
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
        json(lines, form, number, text + '\n' + second + '\n');
        return null;
      }
      route(number, text);
      return second;
    }
    DumpForm form = text.startsWith("{") ? jsonForm(text) : DumpForm.UNKNOWN;
    if (form != DumpForm.UNKNOWN) {
      json(lines, form, number, text + '\n');
      return null;
    }
    String line = container.take(text);
    if (line == text) {
      router.line(number, prefix.strip(text));
    } else if (line != null) {
      route(number, line);
    }
    return null;
  }

  /** A program may log a whole dump as one record: its line breaks are those of the dump. */
  private void route(int number, String line) {
    int from = 0;
    for (int to = line.indexOf('\n'); to >= 0; to = line.indexOf('\n', from)) {
      router.line(number, prefix.strip(line.substring(from, to)));
      from = to + 1;
    }
    router.line(number, prefix.strip(from == 0 ? line : line.substring(from)));
  }

  /** The form of a dump whose JSON begins with that text. */
  private static DumpForm jsonForm(String text) {
    String start = text.substring(0, Math.min(text.length(), 200)).replace(" ", "");
    if (start.startsWith("{\"threadDump\":{")) {
      return DumpForm.TO_FILE_JSON;
    }
    return start.startsWith("{\"threads\":[") ? DumpForm.ACTUATOR_JSON : DumpForm.UNKNOWN;
  }

  /** Reads one JSON value out of the lines; what is behind it on its last line is lost. */
  private void json(LineSource lines, DumpForm form, int number, String begun) throws IOException {
    router.end();
    jsonForm = jsonForm == DumpForm.UNKNOWN ? form : jsonForm;
    LineSource.Bytes bytes = lines.bytes(begun);
    boolean whole =
        form == DumpForm.TO_FILE_JSON
            ? new ToFileJson(source, number - 1).readOne(bytes, collected::add)
            : new ActuatorJson(source, number - 1).readOne(bytes, collected::add);
    String last = whole ? null : bytes.last();
    if (last != null) {
      // It was cut, and this line may belong to what follows.
      route(lines.number(), last);
    }
  }
}
