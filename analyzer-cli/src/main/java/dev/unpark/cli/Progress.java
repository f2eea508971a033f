package dev.unpark.cli;

import dev.unpark.diagnosis.report.Printable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Says on standard error how far a long input has been read, to whoever sits at a terminal.
 *
 * <p>Nothing is said in the first second, nor more than five times a second, and the line is wiped
 * away at the end.
 */
final class Progress extends FilterInputStream {
  private static final long FIRST_NANOS = 1_000_000_000L;
  private static final long BETWEEN_NANOS = 200_000_000L;
  private static final int NAME_SHOWN = 40;
  private static final long MEGABYTE = 1_000_000;
  private static final String WIPE = "\r\u001b[K";

  private final String name;
  private final long size;
  private final Shell shell;
  private long read;
  private long nextNanos = System.nanoTime() + FIRST_NANOS;
  private boolean said;

  private Progress(InputStream in, String name, long size, Shell shell) {
    super(in);
    this.name = Printable.text(name, NAME_SHOWN);
    this.size = size;
    this.shell = shell;
  }

  /**
   * The stream itself where no terminal would show anything.
   *
   * @param size bytes that there are, or less than 1 when nobody knows
   */
  static InputStream of(InputStream in, String name, long size, Shell shell) {
    return shell.errIsTerminal() ? new Progress(in, name, size, shell) : in;
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0) {
      count(1);
    }
    return b;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = super.read(into, offset, length);
    if (n > 0) {
      count(n);
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    if (said) {
      shell.complain(WIPE);
    }
    super.close();
  }

  private void count(int bytes) {
    read += bytes;
    long now = System.nanoTime();
    if (now - nextNanos >= 0) {
      nextNanos = now + BETWEEN_NANOS;
      said = true;
      String of = size > 0 ? " of " + size / MEGABYTE + " MB" : " MB";
      shell.complain(WIPE + "reading " + name + ": " + read / MEGABYTE + of);
    }
  }
}
