package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.Observation;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What consoles and mail do to a dump changes nothing of what it says. */
class EncodingTest {
  private final String printed =
      Fixture.text("locks-17-l.txt")
          .replace("\"transfer-1\"", "\"B\u00fcro \u65e5\u672c \ud83d\ude00\"");

  private final Observation expected = Fixture.dump(printed).observation();

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void givenUtf16_whenRead_thenSaysTheSame(String charset) {
    byte[] bare = printed.getBytes(Charset.forName(charset));
    byte[] marked = ("\ufeff" + printed).getBytes(Charset.forName(charset));

    assertThat(observation(bare)).isEqualTo(expected);
    assertThat(observation(marked)).isEqualTo(expected);
  }

  @Test
  void givenAByteOrderMarkInUtf8_whenRead_thenSaysTheSame() {
    assertThat(observation(("\ufeff" + printed).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r\r\n"})
  void givenOtherLineEnds_whenRead_thenSaysTheSame(String end) {
    assertThat(observation(printed.replace("\n", end).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(expected);
  }

  @Test
  void givenLineEndsOfTwoSorts_whenRead_thenSaysTheSame() {
    String mixed = printed.replace("\n\t", "\r\n\t");

    assertThat(observation(mixed.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
  }

  @Test
  void givenTabsTurnedIntoBlanks_whenRead_thenSaysTheSame() {
    assertThat(observation(printed.replace("\t", "        ").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(expected);
  }

  @Test
  void givenDecimalCommas_whenRead_thenSaysTheSame() {
    String comma = printed.replaceAll("(cpu|elapsed)=(\\d+)\\.(\\d+)", "$1=$2,$3");

    assertThat(observation(comma.getBytes(StandardCharsets.UTF_8))).isEqualTo(expected);
  }

  @Test
  void givenBytesThatAreNoUtf8_whenRead_thenKeepsEachOfThem() {
    byte[] latin =
        Fixture.text("locks-17-l.txt")
            .replace("\"transfer-1\"", "\"B\u00fcro\"")
            .getBytes(StandardCharsets.ISO_8859_1);

    assertThat(observation(latin).threads()).anyMatch(thread -> thread.name().equals("B\u00fcro"));
  }

  private static Observation observation(byte[] bytes) {
    return Fixture.read(bytes).dumps().get(0).observation();
  }
}
