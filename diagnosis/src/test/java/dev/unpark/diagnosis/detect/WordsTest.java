package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void givenClassesAndArrays_whenNamed_thenAsTheyAreWrittenInCode() {
    assertThat(Words.simpleName("shop.Account")).isEqualTo("Account");
    assertThat(Words.simpleName("shop.Account$Lock")).isEqualTo("Account$Lock");
    assertThat(Words.simpleName("[Ljava.lang.String;")).isEqualTo("String[]");
    assertThat(Words.simpleName("[[Lshop.Account;")).isEqualTo("Account[][]");
    assertThat(
            List.of("[B", "[C", "[D", "[F", "[I", "[J", "[S", "[Z", "[[Z", "[Q", "[", "").stream()
                .map(Words::simpleName))
        .containsExactly(
            "byte[]",
            "char[]",
            "double[]",
            "float[]",
            "int[]",
            "long[]",
            "short[]",
            "boolean[]",
            "boolean[][]",
            "Q[]",
            "[]",
            "");
  }

  @Test
  void givenManyOfOneKind_whenLabelled_thenEachHasALetterOfItsOwn() {
    List<Resource> locks = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      locks.add(
          new Resource("l" + i, ResourceKind.MONITOR, "shop.Account", "", new Release.Unknown()));
    }

    assertThat(Words.labels(locks).values())
        .doesNotHaveDuplicates()
        .startsWith("the monitor of Account A", "the monitor of Account B")
        .contains("the monitor of Account Z", "the monitor of Account A1");
  }

  @Test
  void givenLists_whenWorded_thenLongOnesAreCounted() {
    assertThat(Words.list(List.of())).isEmpty();
    assertThat(Words.list(List.of("a"))).isEqualTo("a");
    assertThat(Words.list(List.of("a", "b"))).isEqualTo("a and b");
    assertThat(Words.list(List.of("a", "b", "c", "d"))).isEqualTo("a, b, c and d");
    assertThat(Words.list(List.of("a", "b", "c", "d", "e"))).isEqualTo("a, b, c and 2 more");
    assertThat(Words.counted(1, "lock")).isEqualTo("1 lock");
    assertThat(Words.counted(2, "lock")).isEqualTo("2 locks");
  }
}
