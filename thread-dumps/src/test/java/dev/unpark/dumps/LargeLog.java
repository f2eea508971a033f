package dev.unpark.dumps;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Reads a log of as many megabytes as the argument says, which is made while it is read: under a
 * small {@code -Xmx} it shows that memory grows with threads and not with the file.
 */
final class LargeLog {
  private static final int THREADS = 300;

  private LargeLog() {}

  public static void main(String[] arguments) throws IOException {
    long bytes = Long.parseLong(arguments[0]) << 20;
    DumpFile file =
        new DumpReader(ZoneOffset.UTC)
            .read("large.log", GeneratedDumps.log(bytes, THREADS), Instant.EPOCH);
    long threads =
        file.dumps().stream().mapToLong(dump -> dump.observation().threads().size()).sum();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "%,d MB, %,d lines: %,d dumps of %,d threads kept, %,d MB of at most %,d MB in use%n",
        bytes >> 20,
        file.lineCount(),
        file.dumps().size(),
        threads,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        runtime.maxMemory() >> 20);
  }
}
