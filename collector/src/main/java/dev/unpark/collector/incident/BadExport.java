package dev.unpark.collector.incident;

/** A file is no export that this version can read; nothing of it was taken. */
public final class BadExport extends Exception {
  private static final long serialVersionUID = 1;

  private final String found;
  private final String expected;

  /**
   * @param message where in the file, and what is wrong there
   */
  BadExport(String message, String found, String expected) {
    super(message);
    this.found = found.length() <= 200 ? found : found.substring(0, 200) + "…";
    this.expected = expected;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }
}
