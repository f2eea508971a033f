package dev.unpark.dumps;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The chunks that a flight recording is made of, each complete in itself.
 *
 * <pre>
 *   0   FLR\0            4  version       8  size of the chunk, header included
 *   16  offset of constants              24  offset of metadata     32  start, in nanoseconds
 *   64  state: 0 when the chunk is finished, else it is still being written
 * </pre>
 *
 * <p>A JVM that is killed leaves its last chunk unfinished: readable up to the last flush, which
 * was a second ago, but marked so that the JDK's reader would wait for the JVM. A file that was cut
 * lacks the constants of its last chunk, without which nothing of it can be read.
 */
final class RecordingChunks {
  private static final int HEADER = 68;
  private static final int SIZE_AT = 8;
  private static final int STATE_AT = 64;
  private static final int MOST_CHUNKS = 1_000_000;

  /** How much of the file is readable. */
  private final long readable;

  private final long length;

  /** Whether a chunk says that it is still being written. */
  private final boolean unfinished;

  private RecordingChunks(long readable, long length, boolean unfinished) {
    this.readable = readable;
    this.length = length;
    this.unfinished = unfinished;
  }

  /** Looks at the headers only. */
  static RecordingChunks of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long length = channel.size();
      long at = 0;
      boolean unfinished = false;
      ByteBuffer header = ByteBuffer.allocate(HEADER);
      for (int chunk = 0; chunk < MOST_CHUNKS && at + HEADER <= length; chunk++) {
        header.clear();
        while (header.hasRemaining() && channel.read(header, at + header.position()) >= 0) {
          // Reads on until the header is whole.
        }
        long size = header.getLong(SIZE_AT);
        if (header.hasRemaining() || !isMagic(header) || size < HEADER || size > length - at) {
          break;
        }
        unfinished |= header.get(STATE_AT) != 0;
        at += size;
      }
      return new RecordingChunks(at, length, unfinished);
    }
  }

  static boolean isMagic(ByteBuffer header) {
    return header.get(0) == 'F'
        && header.get(1) == 'L'
        && header.get(2) == 'R'
        && header.get(3) == 0;
  }

  /** Whether not even the first chunk is whole. */
  boolean isEmpty() {
    return readable == 0;
  }

  /** Bytes behind the last whole chunk. */
  long torn() {
    return length - readable;
  }

  boolean isWhole() {
    return readable == length && !unfinished;
  }

  /** A copy of the whole chunks, each marked as finished; the caller deletes it. */
  Path mended(Path file) throws IOException {
    Path copy = Files.createTempFile("unpark-", ".jfr");
    try (FileChannel from = FileChannel.open(file);
        FileChannel to =
            FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long copied = 0;
      while (copied < readable) {
        long more = from.transferTo(copied, readable - copied, to);
        if (more <= 0) {
          break;
        }
        copied += more;
      }
      ByteBuffer size = ByteBuffer.allocate(Long.BYTES);
      for (long at = 0; at + HEADER <= copied; at += Math.max(HEADER, size.getLong(0))) {
        to.write(ByteBuffer.wrap(new byte[1]), at + STATE_AT);
        size.clear();
        to.read(size, at + SIZE_AT);
      }
      return copy;
    } catch (IOException | RuntimeException failed) {
      Files.deleteIfExists(copy);
      throw failed;
    }
  }
}
