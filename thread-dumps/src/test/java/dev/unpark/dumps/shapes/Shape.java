package dev.unpark.dumps.shapes;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A program with one fault, and what must be found in it.
 *
 * @param program its class; with the argument {@code benign} it runs without the fault
 * @param look how it is looked at
 * @param type of the finding
 * @param threads who takes part, victims left out; empty when the type is enough
 * @param beside types that may be found, too, in the twin as well
 * @param java which JVM runs it
 * @param options of that JVM
 */
record Shape(
    String program,
    Look look,
    String type,
    Set<String> threads,
    Set<String> beside,
    Path java,
    List<String> options) {

  /** The dumps that a look takes. */
  enum Look {
    /** {@code Thread.print -l}. */
    PRINT,
    /** {@code Thread.dump_to_file} as plain text. */
    TEXT,
    /** {@code Thread.print -l} and the JSON of {@code Thread.dump_to_file} as one. */
    JOINED,
    /** {@code Thread.print -l} three times, two seconds apart. */
    SERIES
  }

  static Shape of(Class<?> program, String type, String... threads) {
    return new Shape(
        program.getName(), Look.PRINT, type, Set.of(threads), Set.of(), Path.of("java"), List.of());
  }

  Shape look(Look other) {
    return new Shape(program, other, type, threads, beside, java, options);
  }

  Shape beside(String... others) {
    return new Shape(program, look, type, threads, Set.of(others), java, options);
  }

  Shape on(Path jvm) {
    return new Shape(program, look, type, threads, beside, jvm, options);
  }

  Shape with(String... more) {
    return new Shape(program, look, type, threads, beside, java, List.of(more));
  }

  @Override
  public String toString() {
    return "%s, %s, on %s"
        .formatted(
            program.substring(program.lastIndexOf('.') + 1),
            look,
            java.getParent().getParent().getFileName());
  }
}
