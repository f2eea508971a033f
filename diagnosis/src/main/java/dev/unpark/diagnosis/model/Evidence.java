package dev.unpark.diagnosis.model;

/**
 * Lines of a dump that say what an observation says.
 *
 * @param source the file, as the user named it; empty for standard input
 * @param from first line, counted from 1
 * @param to last line, inclusive
 */
public record Evidence(String source, int from, int to) {
  public Evidence {
    if (from < 1 || to < from) {
      throw new IllegalArgumentException("lines %d to %d are no range".formatted(from, to));
    }
  }
}
