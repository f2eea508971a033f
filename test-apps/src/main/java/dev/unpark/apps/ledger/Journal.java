package dev.unpark.apps.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The file that every posting is written to.
 *
 * <p><b>Threading:</b> any thread may post; one writes at a time, in the order of arrival. <b>When
 * full:</b> it starts again at its beginning after {@value #BYTES_AT_MOST} bytes, for this is no
 * real bank.
 */
final class Journal {
  private static final long BYTES_AT_MOST = 1 << 20;
  private static final long DISK_NANOS = 1_000_000;

  final ReentrantLock lock = new ReentrantLock(true);
  private final FileChannel file;

  Journal() throws IOException {
    Path path = Files.createTempFile("journal", ".log");
    file = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
  }

  void post(String entry) throws IOException {
    ByteBuffer line = ByteBuffer.wrap((entry + "\n").getBytes(StandardCharsets.UTF_8));
    lock.lock();
    try {
      if (file.position() > BYTES_AT_MOST) {
        file.position(0);
      }
      file.write(line);
      file.force(false);
      // A disk that answers at once would hide the fault; this one takes a millisecond at least.
      LockSupport.parkNanos(DISK_NANOS);
    } finally {
      lock.unlock();
    }
  }

  /** How many threads wait to post, about. */
  int waiting() {
    return lock.getQueueLength();
  }
}
