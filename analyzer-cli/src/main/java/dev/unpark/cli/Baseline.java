package dev.unpark.cli;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.diagnosis.report.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Findings that are known and accepted, by the id that the same trouble keeps in the same code.
 *
 * <pre>
 *   # findings that unpark does not report; one a line: its id, then anything
 *   long-hold:0c5a66e1f2b7d903  nightly-report holds ReentrantLock for 12 s
 * </pre>
 *
 * @param path the file
 * @param entries what stands behind each id
 */
record Baseline(String path, Map<String, String> entries) {
  private static final int ID_SHOWN = 60;

  Baseline {
    entries = Map.copyOf(new LinkedHashMap<>(entries));
  }

  static Baseline none() {
    return new Baseline("", Map.of());
  }

  static Baseline read(String path) throws Refusal {
    Map<String, String> entries = new LinkedHashMap<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(Path.of(path), StandardCharsets.UTF_8)) {
        number++;
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        int space = text.indexOf(' ');
        String id = space < 0 ? text : text.substring(0, space);
        if (!isId(id)) {
          throw unusable(path, "line " + number + ": " + text);
        }
        entries.put(base(id), space < 0 ? "" : text.substring(space).strip());
      }
    } catch (IOException | java.nio.file.InvalidPathException failed) {
      throw unusable(path, failed instanceof IOException ? said(failed) : "an odd name");
    }
    return new Baseline(path, entries);
  }

  private static String said(Exception failed) {
    return failed instanceof java.nio.file.NoSuchFileException
        ? "no such file"
        : failed.getClass().getSimpleName() + ": " + failed.getMessage();
  }

  private static Refusal unusable(String path, String found) {
    return new Refusal(
        new Complaint(
            "cannot read the baseline '" + path + "'",
            found,
            "lines as --write-baseline makes them: deadlock:0123456789abcdef  headline",
            "unpark diagnose --write-baseline " + path + " FILE"),
        ExitCode.UNREADABLE);
  }

  private static boolean isId(String id) {
    int colon = id.indexOf(':');
    return colon > 0 && id.length() >= colon + 17 && id.length() <= ID_SHOWN;
  }

  /** The id without the number that tells apart two findings of the same code. */
  private static String base(String id) {
    int end = id.indexOf(':') + 17;
    return id.length() > end ? id.substring(0, end) : id;
  }

  boolean accepts(Finding finding) {
    return entries.containsKey(base(finding.id()));
  }

  /** What a user should know of entries that no finding needed, or null. */
  @Nullable String stale(List<Finding> findings) {
    Map<String, String> left = new TreeMap<>(entries);
    findings.forEach(finding -> left.remove(base(finding.id())));
    if (left.isEmpty()) {
      return null;
    }
    StringBuilder note =
        new StringBuilder(
            "baseline '%s': not seen any more, to be taken out\n".formatted(Printable.text(path)));
    left.forEach(
        (id, text) ->
            note.append("  ")
                .append(Printable.text(id))
                .append("  ")
                .append(Printable.text(text, 120))
                .append('\n'));
    return note.toString();
  }

  /** The file that accepts these findings. */
  static String text(List<Finding> findings) {
    Map<String, String> lines = new TreeMap<>();
    findings.forEach(f -> lines.put(base(f.id()), Printable.text(f.headline(), 200)));
    StringBuilder out =
        new StringBuilder(
            "# findings that unpark does not report; one a line: its id, then anything\n");
    lines.forEach((id, headline) -> out.append(id).append("  ").append(headline).append('\n'));
    return out.toString();
  }
}
