package dev.unpark.dumps;

import java.util.List;
import java.util.Objects;

/**
 * What one file holds.
 *
 * @param source the file, as the user named it; empty for standard input
 * @param form the form that its content has
 * @param dumps the dumps in it, in the order found; empty when it has none, or is of a form that is
 *     recognised but not read
 * @param lineCount how many lines were looked at
 * @param firstLine its first line that is not blank, to be shown when it is no dump; empty when it
 *     has none
 */
public record DumpFile(
    String source, DumpForm form, List<Dump> dumps, int lineCount, String firstLine) {
  public DumpFile {
    Objects.requireNonNull(source);
    Objects.requireNonNull(form);
    Objects.requireNonNull(firstLine);
    dumps = List.copyOf(dumps);
  }

  /** Whether there was nothing in it at all, or blanks only. */
  public boolean isEmpty() {
    return firstLine.isEmpty();
  }

  /** Version of the JDK that wrote the first dump that says so; empty when none does. */
  public String jdk() {
    return dumps.stream()
        .map(dump -> dump.observation().jvm().jdk())
        .filter(jdk -> !jdk.isEmpty())
        .findFirst()
        .orElse("");
  }
}
