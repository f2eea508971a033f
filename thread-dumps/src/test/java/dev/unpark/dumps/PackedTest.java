package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class PackedTest {
  private static final String TEXT =
      """
      2026-01-05 10:00:0%d
      Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):

      "main" #1 prio=5 os_prio=0 cpu=1.00ms elapsed=2.00s tid=0x00007f01 nid=0x9 runnable  [0x00007f02]
         java.lang.Thread.State: RUNNABLE
      \tat shop.Till.main(Till.java:9)

      JNI global refs: 1, weak refs: 0

      """;

  @Test
  void givenGzip_whenRead_thenIsReadAsIfItWerePlain() throws IOException {
    DumpFile file = read("a.dump.gz", gzip(text(1)));

    assertThat(file.form()).isEqualTo(DumpForm.HOTSPOT_TEXT);
    assertThat(file.dumps()).hasSize(1);
    assertThat(file.dumps().get(0).truncated()).isFalse();
  }

  @Test
  void givenGzipBehindGzipInASlowPipe_whenRead_thenBothCount() throws IOException {
    InputStream first = new ByteArrayInputStream(gzip(noisy(400)));
    InputStream second = new ByteArrayInputStream(gzip(text(2)));
    InputStream slow =
        new SequenceInputStream(first, second) {
          @Override
          public int available() {
            return 0;
          }
        };

    assertThat(Corpus.read("", slow).dumps()).hasSize(401);
  }

  @Test
  void givenAnEncryptedArchive_whenRead_thenSaysThatItIs() throws IOException {
    byte[] zip = zip("a.txt", text(1));
    // The first bit of the flags, in the file's own header.
    zip[6] |= 1;

    assertThatThrownBy(() -> read("x.zip", zip))
        .isInstanceOfSatisfying(
            RefusedInput.class, refused -> assertThat(refused).hasMessage("it is encrypted"));
  }

  @Test
  void givenAnArchive_whenRead_thenItsDumpsNameTheirFilesAndComeByTime() throws IOException {
    byte[] zip = zip("node-1/late.txt", text(3), "notes.md", "nothing", "early.txt", text(1));

    DumpFile file = read("bundle.zip", zip);

    assertThat(file.dumps())
        .extracting(dump -> dump.lines().source())
        .containsExactly("bundle.zip!/early.txt", "bundle.zip!/node-1/late.txt");
    assertThat(file.form()).isEqualTo(DumpForm.HOTSPOT_TEXT);
  }

  @Test
  void givenGzipInAnArchiveInAnArchive_whenRead_thenIsRead() throws IOException {
    byte[] inner = zipOf("a.txt.gz", gzip(text(1)));

    assertThat(read("x.zip", zipOf("inner.zip", inner)).dumps()).hasSize(1);
  }

  @Test
  void givenAnArchiveOfMoreDumpsThanAnybodyCompares_whenRead_thenIsRefused() throws IOException {
    String many = text(1).repeat(6_000);
    byte[] zip = zip("a.txt", many, "b.txt", many);

    assertThatThrownBy(() -> read("x.zip", zip))
        .isInstanceOf(RefusedInput.class)
        .hasMessageContaining("it holds more dumps than can be compared");
    assertThat(read("x.zip", zip("a.txt", many)).dumps()).hasSize(6_000);
  }

  @Test
  void givenAnArchiveWithoutDumps_whenRead_thenNamesWhatItHolds() throws IOException {
    DumpFile file = read("x.zip", zip("a.txt", "x", "b.txt", "y"));

    assertThat(file.dumps()).isEmpty();
    assertThat(file.form()).isEqualTo(DumpForm.UNKNOWN);
    assertThat(file.firstLine()).isEqualTo("an archive of a.txt, b.txt");
  }

  @Test
  void givenGzipThatIsCutOff_whenRead_thenReadsWhatIsThereAndSaysSo() throws IOException {
    byte[] whole = gzip(noisy(400));
    byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);

    DumpFile file = read("a.gz", cut);

    assertThat(file.dumps()).hasSizeBetween(200, 399);
    Dump last = file.dumps().get(file.dumps().size() - 1);
    assertThat(last.truncated()).isTrue();
    assertThat(last.unreadLines())
        .extracting(UnreadLine::expected)
        .contains("gzip, zip or tar data to its end");
  }

  @Test
  void givenGzipWithoutAnyDump_whenDamaged_thenIsRefusedWithACommand() {
    byte[] garbage = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7};

    assertThatThrownBy(() -> read("a.gz", garbage))
        .isInstanceOfSatisfying(
            RefusedInput.class,
            refused -> {
              assertThat(refused).hasMessage("its packed data is damaged");
              assertThat(refused.expected()).isEqualTo("gzip, zip or tar data to its end");
              assertThat(refused.tryNext()).startsWith("gzip -t a.gz");
            });
  }

  @Test
  void givenBytesThatUnpackWithoutEnd_whenRead_thenAreRefused() throws IOException {
    byte[] zeros = new byte[1 << 20];
    byte[] bomb =
        packed(
            out -> {
              for (int mebibyte = 0; mebibyte < 80; mebibyte++) {
                out.write(zeros);
              }
            });

    assertThatThrownBy(() -> read("bomb.gz", bomb))
        .isInstanceOfSatisfying(
            RefusedInput.class,
            refused -> assertThat(refused).hasMessage("it unpacks to far more than a dump"));
    assertThatThrownBy(() -> read("bomb.zip", zipOf("bomb.gz", bomb)))
        .isInstanceOf(RefusedInput.class);
  }

  @Test
  void givenAJsonThatBreaksBeforeMuchMore_whenInAnArchive_thenTheRestCountsToo()
      throws IOException {
    byte[] json = new byte[80 << 20];
    byte[] head = "{ \"threadDump\": }".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, json, 0, head.length);

    assertThatThrownBy(() -> read("bomb.zip", zipOf("a.json", json)))
        .isInstanceOf(RefusedInput.class);
  }

  @Test
  void givenManyCopiesOfOneDump_whenPacked_thenAreNoBomb() throws IOException {
    StringBuilder threads = new StringBuilder();
    for (int i = 0; i < 150_000; i++) {
      threads
          .append("\"http-exec-")
          .append(i)
          .append("\" #")
          .append(i + 10)
          .append(" daemon prio=5 os_prio=0 tid=0x7f")
          .append(Integer.toHexString(i * 64))
          .append(" nid=0x")
          .append(Integer.toHexString(i))
          .append(" waiting on condition  [0x00007f02]\n")
          .append("   java.lang.Thread.State: WAITING (parking)\n")
          .append("\tat jdk.internal.misc.Unsafe.park(java.base@17.0.1/Native Method)\n".repeat(12))
          .append('\n');
    }

    DumpFile file = read("many.gz", gzip(text(1).replace("JNI", threads + "JNI")));

    assertThat(file.dumps().get(0).threadCount()).isEqualTo(150_001);
  }

  @Test
  void givenSpoiltArchives_whenRead_thenEndWellOrAreRefused() throws IOException {
    byte[] zip = zip("a.txt", noisy(30), "b.txt", text(2));
    byte[] gzip = gzip(noisy(30));
    Random random = new Random(4711);
    for (int copy = 0; copy < 2000; copy++) {
      byte[] spoilt = (copy % 2 == 0 ? zip : gzip).clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
      }
      try {
        read("x", spoilt);
      } catch (RefusedInput refused) {
        assertThat(refused.found()).isNotEmpty();
      }
    }
  }

  private static String text(int second) {
    return TEXT.formatted(second);
  }

  /** Dumps that do not pack well. */
  private static String noisy(int dumps) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < dumps; i++) {
      text.append(text(1).replace("0x00007f01", "0x" + Long.toHexString(random.nextLong() >>> 8)));
    }
    return text.toString();
  }

  /** Writes what is to be packed. */
  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  private static byte[] packed(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      content.write(gzip);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(String text) throws IOException {
    return packed(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] zipOf(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static DumpFile read(String source, byte[] bytes) throws IOException {
    return Corpus.read(source, new ByteArrayInputStream(bytes));
  }
}
