package dev.unpark.dumps;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneId;
import jdk.jfr.consumer.RecordingFile;

/**
 * Reads flight recordings: what their events tell of waiting, and the thread dumps in them.
 *
 * <p>Events pass by one after the other; memory grows with the places where threads wait, not with
 * the file. A recording that a crash or a kill has torn yields what stands before the tear.
 * Immutable, safe for any thread.
 */
public final class RecordingReader {
  private static final String EXPECTED = "a flight recording: FLR, and whole chunks behind it";
  private static final String RECORD = "jcmd PID JFR.dump filename=FILE.jfr";

  private static final int MAJOR_AT = 4;
  private static final int HEAD = 8;
  private static final int FIRST_OF_OPENJDK = 1;

  private final ZoneId zone;

  /**
   * @param zone in which the dumps' clock times are meant; the events have their own
   */
  public RecordingReader(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * Reads one file to its end.
   *
   * @param source the file, as the user named it
   * @throws RefusedInput when it is no flight recording, or torn before its first whole chunk
   */
  public Recording read(String source, Path file) throws IOException {
    RecordingTally tally = new RecordingTally(source, zone);
    return tally.recording(readInto(tally, source, file));
  }

  /**
   * Reads the samples of a profiler out of one file: those of the JDK, and those of async-profiler.
   *
   * @throws RefusedInput as for all of it
   */
  public static SampledStacks samples(String source, Path file) throws IOException {
    SampleTally tally = new SampleTally();
    readInto(tally, source, file);
    return tally.samples();
  }

  /** How many bytes are missing, at least. */
  private static long readInto(RecordedEvents events, String source, Path file) throws IOException {
    requireMagic(source, file);
    RecordingChunks chunks = RecordingChunks.of(file);
    if (chunks.isEmpty()) {
      throw new RefusedInput(
          "the flight recording is torn before the end of its first chunk",
          "%,d bytes".formatted(chunks.torn()),
          "at least one whole chunk",
          "copy it again; of a JVM that still runs: " + RECORD);
    }
    if (chunks.isWhole()) {
      return readWhole(events, source, file, 0);
    }
    Path mended = chunks.mended(file);
    try {
      return readWhole(events, source, mended, Math.max(1, chunks.torn()));
    } finally {
      Files.deleteIfExists(mended);
    }
  }

  /**
   * Reads a stream to its end, by way of a temporary file: chunks are not read from front to back.
   *
   * @throws RefusedInput as for a file
   */
  public Recording read(String source, InputStream in) throws IOException {
    Path spool = Files.createTempFile("unpark-", ".jfr");
    try {
      Files.copy(in, spool, StandardCopyOption.REPLACE_EXISTING);
      return read(source, spool);
    } finally {
      Files.deleteIfExists(spool);
    }
  }

  private static void requireMagic(String source, Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    }
    if (Packed.isGzip(head) || Packed.isZip(head)) {
      throw new RefusedInput(
          "a flight recording is read only when it is unpacked",
          Packed.isGzip(head) ? "gzip data" : "a zip archive",
          EXPECTED,
          Packed.isGzip(head) ? "gzip -dk " + source : "unzip " + source);
    }
    if (head.length < 4 || !RecordingChunks.isMagic(ByteBuffer.wrap(head))) {
      throw new RefusedInput(
          "it is no flight recording",
          head.length == 0 ? "nothing" : "other bytes at its beginning",
          EXPECTED,
          RECORD);
    }
    if (head.length == HEAD && (head[MAJOR_AT] != 0 || head[MAJOR_AT + 1] < FIRST_OF_OPENJDK)) {
      ByteBuffer version = ByteBuffer.wrap(head, MAJOR_AT, 2 * Short.BYTES);
      throw new RefusedInput(
          "the flight recording is of a kind that no OpenJDK writes",
          "version %d.%d".formatted(version.getShort() & 0xffff, version.getShort() & 0xffff),
          "version 1 or 2: of JDK 11 or newer, or of JDK 8u262 or newer",
          "JDK Mission Control, which opens recordings of Oracle's JDK 7 and 8");
    }
  }

  private static long readWhole(RecordedEvents events, String source, Path file, long torn)
      throws IOException {
    long lost = torn;
    try (RecordingFile recording = new RecordingFile(file)) {
      recording.readEventTypes().forEach(events::type);
      while (recording.hasMoreEvents()) {
        events.add(recording.readEvent());
      }
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError damaged) {
      // The JDK's reader believes every length and offset of a file; what it throws, damage threw.
      if (!events.hasEvents()) {
        throw new RefusedInput(
            "the flight recording is damaged",
            String.valueOf(damaged.getMessage()),
            EXPECTED,
            "jfr summary " + source + ", and copy it again without changing its bytes");
      }
      lost = Math.max(1, lost);
    }
    return lost;
  }
}
