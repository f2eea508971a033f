package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;

/** Spoils a real dump in the ways that consoles, mail and disks do; reading must still end well. */
final class Mutations {
  private static final int LARGEST = 1 << 16;
  private static final byte[] SPICE =
      "\"\n\r\t#:<>@()[]{},.-=0x9 \u0000\u00ff".getBytes(StandardCharsets.ISO_8859_1);

  private Mutations() {}

  /** Reads that many spoilt copies; the same for the same seed. */
  static void read(Corpus.Row row, int copies) throws IOException {
    byte[] all = Files.readAllBytes(Corpus.directory().resolve(row.file()));
    byte[] original = Arrays.copyOf(all, Math.min(all.length, LARGEST));
    Random random = new Random(row.file().hashCode());
    for (int copy = 0; copy < copies; copy++) {
      byte[] spoilt = spoil(original, random);
      DumpFile file = Corpus.read(row.file(), new ByteArrayInputStream(spoilt));
      for (Dump dump : file.dumps()) {
        assertThat(dump.unreadLines().size()).isLessThanOrEqualTo(Dump.UNREAD_KEPT);
        assertThat(dump.observation().threads().size()).isLessThanOrEqualTo(dump.threadCount());
        OtherFormsTest.findings(dump);
      }
    }
  }

  private static byte[] spoil(byte[] original, Random random) {
    byte[] spoilt = original.clone();
    switch (random.nextInt(5)) {
      case 0 -> spoilt = Arrays.copyOf(spoilt, random.nextInt(spoilt.length + 1));
      case 1 -> spoilt = cut(spoilt, random);
      case 2 -> spoilt = repeat(spoilt, random);
      default -> {
        int bytes = 1 + random.nextInt(64);
        for (int i = 0; i < bytes && spoilt.length > 0; i++) {
          spoilt[random.nextInt(spoilt.length)] = SPICE[random.nextInt(SPICE.length)];
        }
      }
    }
    return spoilt;
  }

  private static byte[] cut(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(2000));
    byte[] rest = new byte[bytes.length - (to - from)];
    System.arraycopy(bytes, 0, rest, 0, from);
    System.arraycopy(bytes, to, rest, from, bytes.length - to);
    return rest;
  }

  private static byte[] repeat(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(2000));
    byte[] more = new byte[bytes.length + (to - from)];
    System.arraycopy(bytes, 0, more, 0, to);
    System.arraycopy(bytes, from, more, to, to - from);
    System.arraycopy(bytes, to, more, to + (to - from), bytes.length - to);
    return more;
  }
}
