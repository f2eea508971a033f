package dev.unpark.dumps;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** Dumps in gzip, zip and tar, also in one another. One per file. */
final class Packed {
  /** Packed in packed in packed is no way to keep a dump. */
  private static final int DEEPEST = 3;

  private static final int MOST_ENTRIES = 10_000;

  /** As many dumps and threads of all files of an archive are kept as of one file. */
  private static final int MOST_DUMPS = 10_000;

  private static final int MOST_THREADS = 1_500_000;

  private static final int LONGEST_NAME = 1000;
  private static final String WHOLE = "gzip, zip or tar data to its end";

  /** Reads one file that is not packed any more. */
  interface Plain {
    DumpFile read(String source, InputStream in, Instant fallback) throws IOException;
  }

  private final Inflation inflation;
  private final Plain plain;
  private int depth;
  private int entries;
  private int dumpCount;
  private long threadCount;

  Packed(Inflation inflation, Plain plain) {
    this.inflation = inflation;
    this.plain = plain;
  }

  static boolean isGzip(byte[] head) {
    return head.length > 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
  }

  static boolean isZip(byte[] head) {
    return head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
  }

  /** Reads what is packed in gzip. */
  DumpFile gzip(String source, InputStream in, Instant fallback) throws IOException {
    return damagedOrWhole(source, () -> plain.read(source, unzipped(in), fallback));
  }

  /** Reads every file of a zip archive, in the order of their dumps' times. */
  DumpFile zip(String source, InputStream in, Instant fallback) throws IOException {
    return damagedOrWhole(
        source,
        () -> {
          ZipInputStream zip = new ZipInputStream(outermost(in));
          return files(source, () -> next(zip), fallback);
        });
  }

  /** The same of a tar archive. */
  DumpFile tar(String source, InputStream in, Instant fallback) throws IOException {
    return damagedOrWhole(
        source,
        () -> {
          Tar tar = new Tar(outermost(in));
          return files(source, () -> next(tar), fallback);
        });
  }

  /** What goes in is counted once, where it comes from the file. */
  private InputStream outermost(InputStream in) {
    return depth == 1 ? inflation.packed(in) : in;
  }

  /** One step of reading. */
  private interface Step {
    DumpFile read() throws IOException;
  }

  private DumpFile damagedOrWhole(String source, Step step) throws IOException {
    if (depth == DEEPEST) {
      return new DumpFile(source, DumpForm.UNKNOWN, List.of(), 0, "packed too deep");
    }
    depth++;
    DumpFile file = step.read();
    depth--;
    if (depth > 0 || inflation.damage().isEmpty()) {
      return file;
    }
    if (file.dumps().isEmpty() && inflation.damage().contains("encrypted")) {
      throw new RefusedInput(
          "it is encrypted",
          inflation.damage(),
          "an archive without a password",
          "unzip -P PASSWORD " + source + ", then name the dumps in it");
    }
    if (file.dumps().isEmpty()) {
      throw new RefusedInput(
          "its packed data is damaged",
          inflation.damage(),
          WHOLE,
          "gzip -t " + source + ", and copy it again without changing its bytes");
    }
    return withDamage(file);
  }

  private InputStream unzipped(InputStream in) throws IOException {
    try {
      return inflation.unpacked(new GZIPInputStream(outermost(in), 1 << 14));
    } catch (EOFException | ZipException broken) {
      inflation.damaged(broken);
      return InputStream.nullInputStream();
    }
  }

  /** Gives one file after the other, and null behind the last one. */
  private interface Archive {
    @Nullable PackedFile next() throws IOException;
  }

  private DumpFile files(String source, Archive archive, Instant fallback) throws IOException {
    List<Dump> dumps = new ArrayList<>();
    DumpForm form = DumpForm.UNKNOWN;
    int lines = 0;
    String names = "";
    for (PackedFile entry = next(archive); entry != null; entry = next(archive)) {
      String name = printable(entry.name());
      Instant written = entry.written() == null ? fallback : entry.written();
      DumpFile file = plain.read(source + "!/" + name, entry.content(), written);
      // What a reader left lying is counted too.
      entry.content().transferTo(OutputStream.nullOutputStream());
      keep(file, dumps);
      lines += file.lineCount();
      form = form == DumpForm.UNKNOWN ? file.form() : form;
      names = names.length() > 200 ? names : names + (names.isEmpty() ? "" : ", ") + name;
    }
    // Series are told by time; entries come in any order.
    dumps.sort(Comparator.comparing(dump -> dump.observation().time()));
    return new DumpFile(source, form, dumps, lines, "an archive of " + names);
  }

  private void keep(DumpFile file, List<Dump> dumps) throws RefusedInput {
    // What an archive in this one holds is counted in both: the bound is no promise.
    dumpCount += file.dumps().size();
    for (Dump dump : file.dumps()) {
      threadCount += dump.observation().threads().size();
    }
    if (dumpCount > MOST_DUMPS || threadCount > MOST_THREADS) {
      throw new RefusedInput(
          "it holds more dumps than can be compared",
          "more than %,d dumps or %,d threads".formatted(MOST_DUMPS, MOST_THREADS),
          "an archive of dumps of some moments",
          "unpack it, then name some of the dumps in it");
    }
    dumps.addAll(file.dumps());
  }

  /** A name in an archive may hold what a terminal obeys. */
  private static String printable(String name) {
    StringBuilder shown = new StringBuilder();
    name.codePoints()
        .limit(LONGEST_NAME)
        .map(letter -> Character.isISOControl(letter) ? '?' : letter)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private @Nullable PackedFile next(Archive archive) throws IOException {
    try {
      return inflation.damage().isEmpty() ? archive.next() : null;
    } catch (EOFException | ZipException | IllegalArgumentException broken) {
      inflation.damaged(
          broken instanceof IOException io ? io : new ZipException(broken.getMessage()));
      return null;
    }
  }

  private @Nullable PackedFile next(ZipInputStream zip) throws IOException {
    ZipEntry entry = zip.getNextEntry();
    while (entry != null && entry.isDirectory()) {
      count();
      entry = zip.getNextEntry();
    }
    if (entry == null) {
      return null;
    }
    count();
    FileTime written = entry.getLastModifiedTime();
    return new PackedFile(
        entry.getName(), written == null ? null : written.toInstant(), inflation.unpacked(zip));
  }

  private @Nullable PackedFile next(Tar tar) throws IOException {
    count();
    return tar.next();
  }

  private void count() throws RefusedInput {
    if (++entries > MOST_ENTRIES) {
      throw new RefusedInput(
          "it holds more files than a bundle of dumps",
          "more than %,d files".formatted(MOST_ENTRIES),
          "an archive of dumps",
          "unpack it, then name the dumps in it");
    }
  }

  /** What was lost behind the last dump nobody knows, so the last dump says that something was. */
  private DumpFile withDamage(DumpFile file) {
    List<Dump> dumps = new ArrayList<>(file.dumps());
    Dump last = dumps.remove(dumps.size() - 1);
    dumps.add(
        last.without(
            new UnreadLine(last.lines().source(), last.lines().to(), inflation.damage(), WHOLE),
            true));
    return new DumpFile(file.source(), file.form(), dumps, file.lineCount(), file.firstLine());
  }
}
