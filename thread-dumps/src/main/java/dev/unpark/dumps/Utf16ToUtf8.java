package dev.unpark.dumps;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A stream of UTF-16, as PowerShell's {@code >} writes it, as a stream of UTF-8. */
final class Utf16ToUtf8 extends InputStream {
  private final Reader reader;
  private final char[] chars = new char[1 << 13];
  private int held;
  private byte[] bytes = {};
  private int at;

  /**
   * @param charset {@code UTF_16LE} or {@code UTF_16BE}
   */
  Utf16ToUtf8(InputStream in, Charset charset) {
    this.reader = new InputStreamReader(in, charset);
  }

  @Override
  public int read() throws IOException {
    return fill() ? bytes[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int taken = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, into, offset, taken);
    at += taken;
    return taken;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private boolean fill() throws IOException {
    while (at == bytes.length) {
      int read = reader.read(chars, held, chars.length - held);
      int available = held + Math.max(0, read);
      if (available == 0) {
        return false;
      }
      // Half a character waits for its other half.
      boolean half = read > 0 && Character.isHighSurrogate(chars[available - 1]);
      int whole = half ? available - 1 : available;
      bytes = new String(chars, 0, whole).getBytes(StandardCharsets.UTF_8);
      at = 0;
      if (half) {
        chars[0] = chars[available - 1];
      }
      held = available - whole;
    }
    return true;
  }
}
