package dev.unpark.dumps;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Text whose lines end with CR alone, with ends that are read everywhere. */
final class CarriageReturns extends FilterInputStream {
  CarriageReturns(InputStream in) {
    super(in);
  }

  /** Whether a file that begins so ends its lines with CR alone. */
  static boolean endLines(byte[] head) {
    boolean found = false;
    for (byte b : head) {
      if (b == '\n') {
        return false;
      }
      found |= b == '\r';
    }
    return found;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    return one == '\r' ? '\n' : one;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    for (int i = offset; i < offset + count; i++) {
      if (into[i] == '\r') {
        into[i] = '\n';
      }
    }
    return count;
  }
}
