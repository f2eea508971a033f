package dev.unpark.dumps;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Measures how fast HotSpot's text is read, beside a plain loop over the same lines. No test: run
 * its {@code main} on a quiet machine, with a dump as argument, and {@code taskset -c 0} before it.
 */
final class ReadingSpeed {
  private static final int ROUNDS = 15;
  private static final int BYTES = 64 << 20;

  private ReadingSpeed() {}

  public static void main(String[] arguments) throws IOException {
    byte[] dump = Files.readAllBytes(Path.of(arguments[0]));
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    do {
      many.write(dump);
    } while (many.size() < BYTES);
    byte[] bytes = many.toByteArray();
    long[] read = new long[ROUNDS];
    long[] loop = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      DumpFile file =
          new DumpReader(ZoneOffset.UTC).read("x", new ByteArrayInputStream(bytes), Instant.EPOCH);
      read[round] = System.nanoTime() - start;
      start = System.nanoTime();
      long lines = lines(bytes);
      loop[round] = System.nanoTime() - start;
      if (file.lineCount() != lines) {
        throw new IllegalStateException(file.lineCount() + " lines, not " + lines);
      }
    }
    System.out.printf(
        "%,d bytes: read at %.0f MB/s, plain line loop %.0f MB/s, %.2f times as long%n",
        bytes.length,
        rate(bytes.length, read),
        rate(bytes.length, loop),
        (double) median(read) / median(loop));
  }

  private static long lines(byte[] bytes) throws IOException {
    long lines = 0;
    try (InputStream in = new ByteArrayInputStream(bytes);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
      while (reader.readLine() != null) {
        lines++;
      }
    }
    return lines;
  }

  private static double rate(long bytes, long[] nanos) {
    return bytes * 1e3 / median(nanos);
  }

  /** Of the second half of the rounds: the first warm up. */
  private static long median(long[] nanos) {
    long[] warm = Arrays.copyOfRange(nanos, ROUNDS / 2, ROUNDS);
    Arrays.sort(warm);
    return warm[warm.length / 2];
  }
}
