package dev.unpark.dumps;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames as lines, each a string once: nine lines of ten in a dump are frames, most of them stand
 * in it many times, and to make a string of bytes costs more than to see that they are known.
 * Confined to its reader. <b>When full:</b> a new line takes the place of an old one.
 */
final class KnownLines {
  private static final int SLOTS = 1 << 13;
  private static final int LONGEST = 500;
  private static final int SHORTEST = 16;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LINE_ENDS = 0x0a0a0a0a0a0a0a0aL;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private byte[][] bytes = {};
  private String[] lines = {};

  /** Where the next line ends, or {@code to}: eight bytes at a time. */
  static int lineEnd(byte[] in, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long eight = (long) LONG.get(in, at) ^ LINE_ENDS;
      long found = (eight - LOW_BITS) & ~eight & HIGH_BITS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && in[at] != '\n') {
      at++;
    }
    return at;
  }

  /** The line as a string that was made before or is made now; null when it is no frame. */
  @Nullable String of(byte[] in, int from, int length) {
    if (length < SHORTEST || length > LONGEST || in[from] != '\t' || in[from + 1] != 'a') {
      return null;
    }
    if (lines.length == 0) {
      bytes = new byte[SLOTS][];
      lines = new String[SLOTS];
    }
    int slot = slot(in, from, length);
    byte[] seen = bytes[slot];
    if (seen != null && Arrays.equals(seen, 0, seen.length, in, from, from + length)) {
      return lines[slot];
    }
    String line = new String(in, from, length, StandardCharsets.UTF_8);
    if (line.indexOf('\ufffd') >= 0) {
      return null;
    }
    bytes[slot] = Arrays.copyOfRange(in, from, from + length);
    lines[slot] = line;
    return line;
  }

  /** Frames differ at their ends, where file and line number stand, and in their packages. */
  private static int slot(byte[] in, int from, int length) {
    int end = from + length;
    long hash = (long) LONG.get(in, end - 8) * 0x9E3779B97F4A7C15L;
    hash = (hash ^ (long) LONG.get(in, end - 16)) * 0xC2B2AE3D27D4EB4FL;
    hash = (hash ^ (long) LONG.get(in, from + length / 2 - 4) ^ length) * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 51);
  }
}
