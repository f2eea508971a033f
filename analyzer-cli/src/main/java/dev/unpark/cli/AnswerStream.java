package dev.unpark.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The answer of an attached JVM, as a stream that may be read in any way.
 *
 * <p>The JDK's own stream ends in {@code ArrayIndexOutOfBoundsException} when it reads into the
 * middle of an array (seen in JDK 17 and 25 on Linux): its native part takes the array's length for
 * what is free. So each read goes to the beginning of an array of its own.
 */
final class AnswerStream extends FilterInputStream {
  private final byte[] chunk = new byte[1 << 13];

  AnswerStream(InputStream answer) {
    super(answer);
  }

  @Override
  public int read() throws IOException {
    int read = in.read(chunk, 0, 1);
    return read <= 0 ? -1 : chunk[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int read = in.read(chunk, 0, Math.min(length, chunk.length));
    if (read <= 0) {
      return -1;
    }
    System.arraycopy(chunk, 0, into, offset, read);
    return read;
  }
}
