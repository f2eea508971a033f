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
 * Measures how fast dumps are read, beside a plain loop over the same lines. No test: {@code
 * benchmarks/read-dumps} runs it on a quiet machine, on one processor.
 */
final class ReadingSpeed {
  private static final int ROUNDS = 15;
  private static final int BYTES = 64 << 20;
  private static final int THREADS = 300;
  private static final int VIRTUAL_THREADS = 20_000;

  private ReadingSpeed() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0) {
      measure("that dump", repeated(Files.readAllBytes(Path.of(arguments[0]))));
      return;
    }
    ByteArrayOutputStream dumps = new ByteArrayOutputStream();
    GeneratedDumps.log(BYTES, THREADS).transferTo(dumps);
    measure("HotSpot text", dumps.toByteArray());
    measure(
        "JSON of %,d virtual threads".formatted(VIRTUAL_THREADS),
        GeneratedDumps.json(VIRTUAL_THREADS).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] repeated(byte[] dump) {
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    do {
      many.writeBytes(dump);
    } while (many.size() < BYTES);
    return many.toByteArray();
  }

  private static void measure(String what, byte[] bytes) throws IOException {
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
      if (file.dumps().isEmpty() || lines == 0) {
        throw new IllegalStateException("nothing was read");
      }
    }
    System.out.printf(
        "%s, %,d bytes: read in %.2f s at %.0f MB/s, plain line loop %.0f MB/s, %.2f times as long%n",
        what,
        bytes.length,
        median(read) / 1e9,
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
