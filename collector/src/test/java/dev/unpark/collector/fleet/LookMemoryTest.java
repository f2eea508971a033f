package dev.unpark.collector.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookMemoryTest {
  private final LookMemory.Budget budget = new LookMemory.Budget(1_000);
  private final LookMemory jvm = new LookMemory(budget);

  @Test
  void givenRoom_whenLooksComeAndGo_thenThoseThatAreRememberedAreCounted() {
    assertThat(jvm.take(300, 300, true)).isTrue();
    jvm.keep(1);
    assertThat(budget.used()).isEqualTo(300);

    assertThat(jvm.take(20, 20, false)).isTrue();
    assertThat(jvm.take(30, 30, false)).isTrue();
    jvm.keep(3);
    assertThat(budget.used()).isEqualTo(350);

    // The base stays, however few looks are remembered.
    jvm.keep(1);
    assertThat(budget.used()).isEqualTo(330);
  }

  @Test
  void givenANewFullFrame_whenTheOldOnesLooksAreForgotten_thenItsMemoryIsGivenBack() {
    jvm.take(300, 300, true);
    jvm.keep(1);
    jvm.take(200, 200, true);
    jvm.keep(2);
    assertThat(budget.used()).isEqualTo(500);

    jvm.take(10, 10, false);
    jvm.keep(1);
    assertThat(budget.used()).isEqualTo(210);
  }

  @Test
  void givenAFullFrameThatSaysTheSameAgain_whenItComes_thenOnlyWhatIsNewIsCounted() {
    jvm.take(300, 300, true);
    jvm.keep(1);
    jvm.take(310, 30, true);
    assertThat(budget.used()).isEqualTo(330);

    jvm.take(5, 5, false);
    jvm.keep(1);
    assertThat(budget.used()).isEqualTo(315);
  }

  @Test
  void givenAJvmThatTakesAll_whenAnotherComes_thenItHasItsShareAndNoMore() {
    assertThat(jvm.take(900, 900, true)).isTrue();
    LookMemory other = new LookMemory(budget);

    assertThat(other.take(501, 501, true)).isFalse();
    assertThat(other.hasRoom()).isFalse();
    assertThat(other.take(400, 400, true)).isTrue();
    assertThat(other.hasRoom()).isTrue();
    assertThat(jvm.take(200, 200, false)).isFalse();
    assertThat(jvm.hasRoom()).isFalse();

    other.close();
    assertThat(budget.used()).isEqualTo(900);
    assertThat(jvm.take(100, 100, false)).isTrue();
  }

  @Test
  void givenAsManyJvmsAsThereIsRoomFor_whenOneMoreComes_thenItIsRefusedAndTheOthersGoOn() {
    List<LookMemory> seen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      seen.add(new LookMemory(budget));
      assertThat(seen.get(i).take(6, 6, true)).isTrue();
    }

    assertThat(jvm.take(6, 6, true)).isFalse();
    assertThat(jvm.hasRoom()).isFalse();
    assertThat(seen.get(0).take(2, 2, false)).isTrue();

    seen.get(99).close();
    assertThat(jvm.take(6, 6, true)).isTrue();
  }

  @Test
  void givenAJvmThatIsForgotten_whenClosed_thenAllIsGivenBack() {
    jvm.take(300, 300, true);
    jvm.take(50, 50, false);
    jvm.close();

    assertThat(budget.used()).isZero();
  }
}
