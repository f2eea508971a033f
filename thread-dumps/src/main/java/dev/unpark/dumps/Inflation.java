package dev.unpark.dumps;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/**
 * Bounds what one compressed file may unpack to, whatever is packed in whatever.
 *
 * <p>Dumps repeat themselves: twenty thousand equal stacks shrink to a fiftieth or less. Nothing
 * that was ever dumped shrinks to a thousandth, and what does is made to fill a memory or a day.
 * <b>When full:</b> {@link RefusedInput}.
 */
final class Inflation {
  /** Bytes that may come out whatever went in. */
  static final long FREE = 64L << 20;

  /** Bytes out for each byte in, beyond that. */
  static final long RATIO = 300;

  /** Bytes out at most. */
  static final long MOST = 8L << 30;

  private final long free;
  private final long ratio;
  private final long most;
  private long bytesIn;
  private long bytesOut;
  private String damage = "";

  Inflation() {
    this(FREE, RATIO, MOST);
  }

  Inflation(long free, long ratio, long most) {
    this.free = free;
    this.ratio = ratio;
    this.most = most;
  }

  /**
   * Counts what goes in.
   *
   * <p>Behind one gzip file there may be another, and the JDK looks for it only when bytes are said
   * to be available; a pipe says that they are not while its writer is slow. So there is always
   * something available here, if only the end.
   */
  InputStream packed(InputStream bytes) {
    return new FilterInputStream(bytes) {
      @Override
      public int available() throws IOException {
        return Math.max(1, super.available());
      }

      @Override
      public int read() throws IOException {
        int one = super.read();
        bytesIn += one < 0 ? 0 : 1;
        return one;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        bytesIn += Math.max(0, read);
        return read;
      }
    };
  }

  /** Counts what comes out; damaged data ends there, see {@link #damage}. */
  InputStream unpacked(InputStream bytes) {
    return new FilterInputStream(bytes) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (!damage.isEmpty()) {
          return -1;
        }
        try {
          int read = super.read(into, offset, length);
          count(Math.max(0, read));
          return read;
        } catch (EOFException | ZipException broken) {
          damaged(broken);
          return -1;
        }
      }
    };
  }

  /** What was seen first counts: the rest follows from it. */
  void damaged(IOException broken) {
    String reason = broken.getMessage();
    if (damage.isEmpty()) {
      damage = reason == null ? "it ends too soon" : reason;
    }
  }

  /** Why the data cannot be unpacked to its end; empty when it can. */
  String damage() {
    return damage;
  }

  private void count(int bytes) throws RefusedInput {
    bytesOut += bytes;
    if (bytesOut > most || bytesOut > free && bytesOut / ratio > bytesIn) {
      throw new RefusedInput(
          "it unpacks to far more than a dump",
          "%,d bytes so far, out of %,d".formatted(bytesOut, bytesIn),
          "at most %,d bytes, and %d for each packed one".formatted(most, ratio),
          "unpack it where there is room, then name the dumps in it");
    }
  }
}
