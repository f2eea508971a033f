package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class TarTest {
  private static final int BLOCK = 512;

  private final byte[] text = Fixture.bytes("locks-17-l.txt");
  private final byte[] json = Fixture.bytes("virtual-25.json");
  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

  @Test
  void givenATarOfDumps_whenRead_thenEachIsReadAsIfItWereAlone() throws IOException {
    add('5', "dumps/", new byte[0]);
    add('0', "dumps/a.txt", text);
    add('2', "dumps/link", new byte[0]);
    add('0', "dumps/b.json", json);

    DumpFile file = read(archive.toByteArray());

    assertThat(file.dumps())
        .extracting(dump -> dump.lines().source())
        .containsExactlyInAnyOrder("x.tar!/dumps/a.txt", "x.tar!/dumps/b.json");
    assertThat(file.dumps())
        .allMatch(Dump::timeKnown)
        .noneMatch(Dump::truncated)
        .extracting(Dump::form)
        .containsExactlyInAnyOrder(DumpForm.HOTSPOT_TEXT, DumpForm.TO_FILE_JSON);
  }

  @Test
  void givenATarInGzip_whenRead_thenIsUnpacked() throws IOException {
    add('0', "a.txt", text);

    assertThat(read(packed()).dumps()).hasSize(1);
  }

  @Test
  void givenAFolderThatUnpacksWithoutEnd_whenRead_thenIsRefused() throws IOException {
    add('5', "a/", new byte[80 << 20]);
    byte[] bomb = packed();

    assertThatThrownBy(() -> read(bomb))
        .isInstanceOf(RefusedInput.class)
        .hasMessage("it unpacks to far more than a dump");
  }

  private byte[] packed() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      archive.writeTo(gzip);
    }
    return packed.toByteArray();
  }

  @Test
  void givenNamesTooLongForTheirHeaders_whenRead_thenAreKnown() throws IOException {
    add('L', "././@LongLink", "of-gnu.txt\0".getBytes(StandardCharsets.UTF_8));
    add('0', "of-", text);
    add(
        'x',
        "PaxHeaders/of-",
        "12 mtime=5.5\n21 path=of-posix.txt\n".getBytes(StandardCharsets.UTF_8));
    add('0', "of-", json);

    assertThat(read(archive.toByteArray()).dumps())
        .extracting(dump -> dump.lines().source())
        .containsExactlyInAnyOrder("x.tar!/of-gnu.txt", "x.tar!/of-posix.txt");
  }

  @Test
  void givenATarThatIsCut_whenRead_thenReadsWhatIsThereAndSaysSo() throws IOException {
    add('0', "a.txt", text);
    add('0', "b.json", json);
    byte[] whole = archive.toByteArray();

    DumpFile file = read(Arrays.copyOf(whole, whole.length - json.length / 2));

    assertThat(file.dumps()).hasSize(2);
    assertThat(file.dumps().get(1).truncated()).isTrue();
  }

  @Test
  void givenATarWithoutADump_whenCut_thenIsRefused() {
    add('0', "a.txt", new byte[3000]);

    assertThatThrownBy(() -> read(Arrays.copyOf(archive.toByteArray(), 1000)))
        .isInstanceOf(RefusedInput.class)
        .hasMessage("its packed data is damaged");
  }

  @Test
  void givenSpoiltTars_whenRead_thenEndWellOrAreRefused() throws IOException {
    add('0', "a.txt", text);
    add('x', "p", "12 mtime=5.5\n".getBytes(StandardCharsets.UTF_8));
    add('0', "b.json", json);
    Random random = new Random(4711);
    for (int copy = 0; copy < 1000; copy++) {
      byte[] spoilt = archive.toByteArray();
      int header = random.nextBoolean() ? 0 : BLOCK + (text.length + BLOCK - 1) / BLOCK * BLOCK;
      for (int i = 0; i <= random.nextInt(4); i++) {
        spoilt[header + random.nextInt(BLOCK)] = (byte) random.nextInt();
      }
      sign(spoilt, header);
      try {
        read(spoilt);
      } catch (RefusedInput refused) {
        assertThat(refused.found()).isNotEmpty();
      }
    }
  }

  private void add(char kind, String name, byte[] content) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "%011o".formatted(1_700_000_000));
    header[156] = (byte) kind;
    put(header, 257, "ustar\00000");
    sign(header, 0);
    archive.writeBytes(header);
    archive.writeBytes(Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK));
  }

  private static void sign(byte[] archive, int header) {
    put(archive, header + 148, " ".repeat(8));
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += archive[header + i] & 0xff;
    }
    put(archive, header + 148, "%06o\0 ".formatted(sum));
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }

  private static DumpFile read(byte[] bytes) throws IOException {
    return Corpus.read("x.tar", new ByteArrayInputStream(bytes));
  }
}
