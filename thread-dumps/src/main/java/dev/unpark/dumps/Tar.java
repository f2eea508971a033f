package dev.unpark.dumps;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The files of a tar archive, one after the other; directories and links are passed over. One per
 * archive, confined to its reader.
 *
 * <pre>
 *   0 name   100 mode   124 size, octal   136 time, octal   148 checksum   156 kind   257 ustar   345 folder
 *   the file, filled up to a multiple of 512 bytes; a header of zeros is the end
 * </pre>
 *
 * <p>A name that is too long for its header stands in a file of its own before it: kind {@code L}
 * of GNU, or {@code x} of POSIX, where it is one of several {@code length key=value} lines. <b>When
 * full:</b> of such a file no more than {@value #LONGEST_NOTE} bytes are looked at.
 */
final class Tar {
  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int TIME_AT = 136;
  private static final int CHECKSUM_AT = 148;
  private static final int KIND_AT = 156;
  private static final int MAGIC_AT = 257;
  private static final int FOLDER_AT = 345;
  private static final int NAME = 100;
  private static final int NUMBER = 12;
  private static final int CHECKSUM = 8;
  private static final int FOLDER = 155;
  private static final int LONGEST_NOTE = 1 << 16;
  private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();
  private static final String PATH = " path=";

  private final InputStream in;
  private long left;
  private long filling;

  Tar(InputStream in) {
    this.in = in;
  }

  static boolean isTar(byte[] head) {
    return head.length >= BLOCK && text(head, MAGIC_AT, 5).equals("ustar") && sumFits(head);
  }

  /**
   * The next file, or null behind the last one.
   *
   * @throws EOFException when the archive is cut
   */
  @Nullable PackedFile next() throws IOException {
    String longName = "";
    while (true) {
      skip(left + filling);
      byte[] header = in.readNBytes(BLOCK);
      if (header.length == 0 || isEnd(header)) {
        return null;
      }
      if (header.length < BLOCK) {
        throw new EOFException("a header of tar ends too soon");
      }
      if (!sumFits(header)) {
        throw new EOFException("what follows is no header of tar");
      }
      left = number(header, SIZE_AT);
      if (left < 0) {
        left = 0;
        throw new EOFException("a file in it has no size");
      }
      filling = (BLOCK - left % BLOCK) % BLOCK;
      switch (header[KIND_AT]) {
        case 'L' -> longName = text(note(), 0, LONGEST_NOTE);
        case 'x' -> longName = path(note());
        case '0', '\0', '7' -> {
          String name = longName.isEmpty() ? name(header) : longName;
          return new PackedFile(name, time(header), new Content());
        }
        default -> longName = "";
      }
    }
  }

  private static @Nullable Instant time(byte[] header) {
    long seconds = number(header, TIME_AT);
    return seconds < 0 || seconds > LATEST ? null : Instant.ofEpochSecond(seconds);
  }

  private byte[] note() throws IOException {
    return new Content().readNBytes(LONGEST_NOTE);
  }

  private static String path(byte[] note) {
    for (String line : new String(note, StandardCharsets.UTF_8).split("\n")) {
      int at = line.indexOf(PATH);
      if (at > 0 && line.chars().limit(at).allMatch(Character::isDigit)) {
        return line.substring(at + PATH.length());
      }
    }
    return "";
  }

  private static String name(byte[] header) {
    String folder = text(header, FOLDER_AT, FOLDER);
    String name = text(header, 0, NAME);
    return folder.isEmpty() ? name : folder + '/' + name;
  }

  private static boolean isEnd(byte[] header) {
    for (byte b : header) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** The sum of all bytes, those of the sum itself counted as blanks. */
  private static boolean sumFits(byte[] header) {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM;
      sum += own ? ' ' : header[i] & 0xff;
    }
    return sum == octal(text(header, CHECKSUM_AT, CHECKSUM));
  }

  /** A size or a time; of more than eleven octal digits the bytes themselves are the number. */
  private static long number(byte[] header, int at) {
    if (header[at] >= 0) {
      return octal(text(header, at, NUMBER));
    }
    long number = 0;
    for (int i = at + NUMBER - Long.BYTES; i < at + NUMBER; i++) {
      number = number << Byte.SIZE | header[i] & 0xff;
    }
    return Math.max(0, Math.min(number, Long.MAX_VALUE / 2));
  }

  private static long octal(String text) {
    long number = 0;
    for (char c : text.strip().toCharArray()) {
      if (c < '0' || c > '7') {
        return -1;
      }
      number = number << 3 | c - '0';
    }
    return number;
  }

  /** Up to the first zero. */
  private static String text(byte[] bytes, int from, int longest) {
    int end = from;
    while (end < Math.min(bytes.length, from + longest) && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  /** By reading, because what is skipped in packed data would not count against its bound. */
  private void skip(long bytes) throws IOException {
    byte[] chunk = new byte[1 << 13];
    long rest = bytes;
    while (rest > 0) {
      int read = in.read(chunk, 0, (int) Math.min(chunk.length, rest));
      if (read < 0) {
        throw new EOFException("a file in it ends too soon");
      }
      rest -= read;
    }
    left = 0;
    filling = 0;
  }

  /** What is left of the file at hand. */
  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(into, offset, (int) Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }
}
