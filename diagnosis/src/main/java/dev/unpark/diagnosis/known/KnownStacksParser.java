package dev.unpark.diagnosis.known;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of known stacks.
 *
 * <pre>
 *   # a comment
 *   [idle]                                       what the lines below tell
 *   com.acme.Worker.awaitJob                     this frame, anywhere in the stack
 *   com.acme.wire.*                              any frame that begins like this
 *   ^sun.nio.ch.EPoll.wait                       this frame, and only as the innermost
 *   java.lang.Object.wait &lt;- com.acme.Loop.run    called from that frame directly
 *   java.lang.Object.wait &lt;- .. &lt;- com.acme.Loop  other frames between
 * </pre>
 */
final class KnownStacksParser {
  private static final int LONGEST_LINE = 1000;
  private static final int MOST_LINES = 10_000;
  private static final Pattern ARROW = Pattern.compile("\\s*<-\\s*");
  private static final Pattern METHOD = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.<>]*\\*?");

  private final String source;
  private final List<KnownStack> stacks = new ArrayList<>();
  private @Nullable StackTag tag;
  private int lineNumber;

  KnownStacksParser(String source) {
    this.source = source;
  }

  List<KnownStack> parse(Reader reader) throws IOException {
    BufferedReader lines = new BufferedReader(reader);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      lineNumber++;
      String text = line.strip();
      if (text.length() > LONGEST_LINE || lineNumber > MOST_LINES) {
        throw complaint(
            text.substring(0, Math.min(60, text.length())),
            "at most %d lines of at most %d characters".formatted(MOST_LINES, LONGEST_LINE));
      }
      if (text.startsWith("[")) {
        tag = section(text);
      } else if (!text.isEmpty() && !text.startsWith("#")) {
        stacks.add(stack(text));
      }
    }
    return stacks;
  }

  private StackTag section(String text) throws KnownStacksException {
    StackTag named = text.endsWith("]") ? StackTag.of(text.substring(1, text.length() - 1)) : null;
    if (named == null) {
      throw complaint(
          text,
          "one of "
              + Arrays.stream(StackTag.values())
                  .map(known -> "[" + known.label() + "]")
                  .collect(Collectors.joining(", ")));
    }
    return named;
  }

  private KnownStack stack(String text) throws KnownStacksException {
    if (tag == null) {
      throw complaint(text, "a section such as [idle] before the first stack");
    }
    boolean innermost = text.startsWith("^");
    List<KnownStack.Step> steps = new ArrayList<>();
    boolean apart = false;
    for (String part : ARROW.split(innermost ? text.substring(1).strip() : text, -1)) {
      if (part.equals("..") && !steps.isEmpty() && !apart) {
        apart = true;
        continue;
      }
      if (!METHOD.matcher(part).matches()) {
        throw complaint(text, "package.Class.method, or package.* for all that begins so");
      }
      boolean prefix = part.endsWith("*");
      String method = prefix ? part.substring(0, part.length() - 1) : part;
      steps.add(new KnownStack.Step(method, prefix, apart));
      apart = false;
    }
    if (apart) {
      throw complaint(text, "a frame after the last '..'");
    }
    return new KnownStack(tag, innermost, steps);
  }

  private KnownStacksException complaint(String found, String expected) {
    return new KnownStacksException(source, lineNumber, found, expected);
  }
}
