package dev.unpark.dumps;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads every dump in a stream, whatever its form; the form is told from the content.
 *
 * <p>Content never makes it throw; only the stream itself may fail. What cannot be read is recorded
 * in the dump that it belongs to. Immutable, safe for any thread.
 */
public final class DumpReader {
  private static final int HEAD = 1 << 12;

  private final ZoneId zone;

  /**
   * @param zone in which a dump's clock times are meant: HotSpot prints local time without a zone
   */
  public DumpReader(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * Reads to the end of the stream and leaves it open.
   *
   * <p>A file packed with gzip, zip or tar is unpacked on the way. Dumps of an archive name their
   * file in it, {@code bundle.zip!/a.txt}, and come in the order of their times.
   *
   * @param source the file, as the user named it; empty for standard input
   * @param in its bytes
   * @param fallback the time of the first dump that does not tell its own
   * @throws RefusedInput when it is packed and damaged, or unpacks to far more than dumps can
   */
  public DumpFile read(String source, InputStream in, Instant fallback) throws IOException {
    return new Reading(new Inflation()).read(source, in, fallback);
  }

  /** The reading of one file, and of all that is packed in it. */
  private final class Reading {
    private final Packed packed;

    Reading(Inflation inflation) {
      this.packed = new Packed(inflation, this::read);
    }

    DumpFile read(String source, InputStream in, Instant fallback) throws IOException {
      PushbackInputStream peeked = new PushbackInputStream(in, HEAD);
      byte[] head = peeked.readNBytes(HEAD);
      peeked.unread(head);
      if (Packed.isGzip(head)) {
        return packed.gzip(source, peeked, fallback);
      }
      if (Packed.isZip(head)) {
        return packed.zip(source, peeked, fallback);
      }
      return Tar.isTar(head)
          ? packed.tar(source, peeked, fallback)
          : readPlain(source, head, peeked, fallback);
    }
  }

  private DumpFile readPlain(String source, byte[] head, InputStream peeked, Instant fallback)
      throws IOException {
    Charset wide = utf16(head);
    InputStream bytes = wide == null ? peeked : new Utf16ToUtf8(peeked, wide);
    Collected collected = new Collected(fallback);
    if (wide == null && FormRecognizer.isRecording(head)) {
      return new DumpFile(source, DumpForm.RECORDING, List.of(), 0, "FLR");
    }
    if (wide == null && PlainText.holdsJson(head)) {
      return new PlainText(source, zone, collected).read(bytes);
    }
    if (FormRecognizer.isToFileJson(head)) {
      int lines = new ToFileJson(source).read(bytes, collected::add);
      return new DumpFile(source, DumpForm.TO_FILE_JSON, collected.dumps(), lines, "{");
    }
    if (FormRecognizer.isActuatorJson(head)) {
      int lines = new ActuatorJson(source).read(bytes, collected::add);
      return new DumpFile(source, DumpForm.ACTUATOR_JSON, collected.dumps(), lines, "{");
    }
    InputStream ended = CarriageReturns.endLines(head) ? new CarriageReturns(bytes) : bytes;
    return new PlainText(source, zone, collected).read(ended);
  }

  /** UTF-16, told by its mark, or by the zero beside each of the first letters; else null. */
  private static @Nullable Charset utf16(byte[] head) {
    if (head.length < 4) {
      return null;
    }
    if (head[0] == (byte) 0xff && head[1] == (byte) 0xfe
        || isLetter(head[0]) && head[1] == 0 && head[3] == 0) {
      return StandardCharsets.UTF_16LE;
    }
    if (head[0] == (byte) 0xfe && head[1] == (byte) 0xff
        || head[0] == 0 && isLetter(head[1]) && head[2] == 0) {
      return StandardCharsets.UTF_16BE;
    }
    return null;
  }

  private static boolean isLetter(byte b) {
    return b == '\r' || b == '\n' || b >= ' ' && b <= '~';
  }
}
