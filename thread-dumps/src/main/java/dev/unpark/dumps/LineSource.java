package dev.unpark.dumps;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream of bytes, one at a time.
 *
 * <p>A dump goes through consoles and mail before it gets here, so no encoding can be trusted: each
 * line is UTF-8 if it can be, and otherwise Latin-1, which keeps every byte. Line ends are LF or CR
 * LF, or CR CR LF, as two conversions leave them. <b>When full:</b> of a line longer than {@link
 * #LONGEST} bytes the rest is dropped, and {@link #cut} tells which.
 */
final class LineSource {
  static final int LONGEST = 1 << 20;

  private static final int CUT_KEPT = 1000;

  private final InputStream in;
  private final byte[] chunk = new byte[1 << 16];
  private int at;
  private int filled;
  private byte[] carry = new byte[256];
  private int number;
  private final KnownLines knownLines = new KnownLines();
  private final List<Integer> cut = new ArrayList<>();

  LineSource(InputStream in) {
    this.in = in;
  }

  /** Number of the line that {@link #next} gave last, counted from 1. */
  int number() {
    return number;
  }

  /** Numbers of the lines whose rest was dropped, rising; the first thousand. */
  List<Integer> cut() {
    return cut;
  }

  /** The next line without its end, or null when there is none. */
  @Nullable String next() throws IOException {
    int carried = 0;
    boolean any = false;
    while (true) {
      if (at == filled && !fill()) {
        return any ? numbered(carry, 0, carried) : null;
      }
      any = true;
      int end = KnownLines.lineEnd(chunk, at, filled);
      if (end < filled && carried == 0) {
        int start = at;
        at = end + 1;
        return numbered(chunk, start, end - start);
      }
      carried = carry(carried, end);
      at = end;
      if (end < filled) {
        at = end + 1;
        return numbered(carry, 0, carried);
      }
    }
  }

  /**
   * What comes next as bytes, at most one line at a time: whoever reads a value from it that ends
   * with a line takes nothing of the next one.
   *
   * @param begun what was taken already and comes first
   */
  Bytes bytes(String begun) {
    return new Bytes(begun.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes of lines. */
  final class Bytes extends InputStream {
    private final byte[] begun;
    private int begunAt;
    private byte[] last = new byte[256];
    private int lastLength;
    private boolean lineEnded = true;

    private Bytes(byte[] begun) {
      this.begun = begun;
    }

    /** The line that was read last, or null when it was one of those that had begun. */
    @Nullable String last() {
      return lastLength == 0 ? null : decode(last, 0, lastLength);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (begunAt < begun.length) {
        int taken = Math.min(length, begun.length - begunAt);
        System.arraycopy(begun, begunAt, into, offset, taken);
        begunAt += taken;
        return taken;
      }
      if (at == filled && !fill()) {
        return -1;
      }
      int most = Math.min(filled, at + length);
      int end = KnownLines.lineEnd(chunk, at, most);
      boolean ends = end < most;
      int taken = (ends ? end + 1 : end) - at;
      System.arraycopy(chunk, at, into, offset, taken);
      remember(at, end);
      at += taken;
      lineEnded = ends;
      return taken;
    }

    private void remember(int from, int to) {
      if (lineEnded) {
        lastLength = 0;
        count();
      }
      int taken = Math.min(to - from, LONGEST - lastLength);
      if (lastLength + taken > last.length) {
        last = Arrays.copyOf(last, Math.min(LONGEST, 2 * (lastLength + taken)));
      }
      System.arraycopy(chunk, from, last, lastLength, taken);
      lastLength += taken;
    }
  }

  private boolean fill() throws IOException {
    filled = Math.max(0, in.read(chunk, 0, chunk.length));
    at = 0;
    return filled > 0;
  }

  private void count() {
    if (number < Integer.MAX_VALUE) {
      number++;
    }
  }

  private int carry(int carried, int end) {
    int taken = Math.min(end - at, LONGEST - carried);
    if (carried + taken > carry.length) {
      carry = Arrays.copyOf(carry, Math.min(LONGEST, 2 * (carried + taken)));
    }
    System.arraycopy(chunk, at, carry, carried, taken);
    return carried + taken;
  }

  private String numbered(byte[] bytes, int from, int length) {
    count();
    if (length == LONGEST && cut.size() < CUT_KEPT) {
      cut.add(number);
    }
    int kept = length;
    while (kept > 0 && bytes[from + kept - 1] == '\r') {
      kept--;
    }
    String known = knownLines.of(bytes, from, kept);
    return known == null ? decode(bytes, from, kept) : known;
  }

  private static String decode(byte[] bytes, int from, int length) {
    // Decoding marks what is not UTF-8; pure ASCII is decoded much faster than any loop of ours.
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : decodeBeyondAscii(bytes, from, length);
  }

  private static String decodeBeyondAscii(byte[] bytes, int from, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
  }
}
