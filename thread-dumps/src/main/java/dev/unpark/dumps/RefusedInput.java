package dev.unpark.dumps;

import java.io.IOException;
import java.util.Objects;

/** Input that is not read, because it is damaged before its first dump or made to do harm. */
public final class RefusedInput extends IOException {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;
  private final String tryNext;

  /**
   * @param what what is wrong, to follow "cannot read 'x': "
   * @param found what was found
   * @param expected what was expected
   * @param tryNext a command that helps
   */
  RefusedInput(String what, String found, String expected, String tryNext) {
    super(what);
    this.found = Objects.requireNonNull(found);
    this.expected = Objects.requireNonNull(expected);
    this.tryNext = Objects.requireNonNull(tryNext);
  }

  /** What was found, for the line behind {@code found:}. */
  public String found() {
    return found;
  }

  /** What was expected instead. */
  public String expected() {
    return expected;
  }

  /** A command that helps. */
  public String tryNext() {
    return tryNext;
  }
}
