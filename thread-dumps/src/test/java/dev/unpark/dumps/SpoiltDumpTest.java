package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.graph.WaitForGraph;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happened to a dump, reading it ends, and ends without an exception. */
class SpoiltDumpTest {
  private static final int COPIES = 400;
  private static final byte[] SPICE =
      "\"\n\r\t#:<>@()[]{},.-=0x9\\ ".getBytes(StandardCharsets.ISO_8859_1);

  static Stream<String> fixtures() {
    return Fixture.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void givenASpoiltCopy_whenRead_thenYieldsWhatIsLeft(String fixture) {
    Random random = new Random(fixture.hashCode());
    byte[] original = Fixture.bytes(fixture);
    for (int copy = 0; copy < COPIES; copy++) {
      DumpFile file = Fixture.read(spoilt(original, random));
      for (Dump dump : file.dumps()) {
        assertThat(dump.unreadLines()).hasSizeLessThanOrEqualTo(Dump.UNREAD_KEPT);
        // The graph takes whatever the reader yields.
        assertThat(new WaitForGraph(dump.observation()).knots()).isNotNull();
      }
    }
  }

  private static byte[] spoilt(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int from = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, from + random.nextInt(1500));
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(bytes, from);
      case 1 -> Arrays.copyOfRange(bytes, from, bytes.length);
      case 2 -> joined(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length));
      case 3 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, bytes.length));
      default -> {
        for (int i = random.nextInt(60); i >= 0; i--) {
          boolean wild = random.nextInt(4) == 0;
          bytes[random.nextInt(bytes.length)] =
              wild ? (byte) random.nextInt(256) : SPICE[random.nextInt(SPICE.length)];
        }
        yield bytes;
      }
    };
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }
}
