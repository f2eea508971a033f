package dev.unpark.diagnosis.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
  @Test
  void givenAChain_whenLaidOut_thenEachStandsBelowTheOneBefore() {
    Layout layout = new Layout(3, List.of(edge(2, 1), edge(1, 0)));

    assertThat(layout.layers()).containsExactly(List.of(2), List.of(1), List.of(0));
  }

  @Test
  void givenARing_whenLaidOut_thenItIsOpenedAtItsFirst() {
    Layout layout = new Layout(4, List.of(edge(0, 1), edge(1, 2), edge(2, 3), edge(3, 0)));

    assertThat(layout.layers()).hasSize(4);
    assertThat(layout.layerOf(0)).isZero();
  }

  @Test
  void givenOneThatWaitsForItself_whenLaidOut_thenItEnds() {
    assertThat(new Layout(1, List.of(edge(0, 0))).layers()).containsExactly(List.of(0));
  }

  @Test
  void givenTwoLayersThatCross_whenLaidOut_thenTheyAreSorted() {
    Layout layout = new Layout(4, List.of(edge(0, 3), edge(1, 2)));

    List<Integer> below = layout.layers().get(1);
    List<Integer> above = layout.layers().get(0);
    assertThat(above.indexOf(0) < above.indexOf(1)).isEqualTo(below.indexOf(3) < below.indexOf(2));
  }

  @Test
  void givenEveryoneWaitingForEveryone_whenLaidOut_thenAllArePlaced() {
    List<Layout.Edge> edges = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 30; j++) {
        edges.add(edge(i, j));
      }
    }

    assertThat(new Layout(30, edges).layers().stream().mapToInt(List::size).sum()).isEqualTo(30);
  }

  private static Layout.Edge edge(int from, int to) {
    return new Layout.Edge(from, to);
  }
}
