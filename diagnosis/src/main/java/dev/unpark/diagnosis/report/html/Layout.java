package dev.unpark.diagnosis.report.html;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places the nodes of a small directed graph in layers, top down.
 *
 * <p>After Sugiyama, Tagawa and Toda (Methods for Visual Understanding of Hierarchical System
 * Structures, 1981): edges that close a ring are turned for the time being, each node goes as far
 * down as its longest way from above, and within a layer nodes are ordered by the middle of their
 * neighbours. Takes time in the order of nodes times edges, which is why its caller bounds both.
 */
final class Layout {
  private static final int SWEEPS = 6;

  /** An edge between two nodes, by index. */
  record Edge(int from, int to) {}

  private final List<Edge> edges;
  private final int[] layer;
  private final List<List<Integer>> layers = new ArrayList<>();

  Layout(int nodes, List<Edge> edges) {
    this.edges = List.copyOf(edges);
    this.layer = new int[nodes];
    assignLayers(turned(nodes));
    for (int node = 0; node < nodes; node++) {
      while (layers.size() <= layer[node]) {
        layers.add(new ArrayList<>());
      }
      layers.get(layer[node]).add(node);
    }
    order();
  }

  /** The nodes of each layer, from left to right. */
  List<List<Integer>> layers() {
    return layers;
  }

  int layerOf(int node) {
    return layer[node];
  }

  /** The edges without rings: one that leads back to a node on the way to it is turned round. */
  private List<Edge> turned(int nodes) {
    List<List<Integer>> out = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      out.add(new ArrayList<>());
    }
    edges.forEach(edge -> out.get(edge.from()).add(edge.to()));
    int[] state = new int[nodes];
    List<Edge> acyclic = new ArrayList<>();
    for (int root : rootsFirst(nodes)) {
      visit(root, out, state, acyclic);
    }
    return acyclic;
  }

  private int[] rootsFirst(int nodes) {
    boolean[] entered = new boolean[nodes];
    edges.forEach(edge -> entered[edge.to()] = true);
    Integer[] order = new Integer[nodes];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing((Integer node) -> entered[node]));
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  /** Depth is bounded by the number of nodes, which the caller bounds. */
  private static void visit(int node, List<List<Integer>> out, int[] state, List<Edge> acyclic) {
    if (state[node] != 0) {
      return;
    }
    state[node] = 1;
    for (int next : out.get(node)) {
      if (state[next] == 1) {
        acyclic.add(new Edge(next, node));
      } else {
        acyclic.add(new Edge(node, next));
        visit(next, out, state, acyclic);
      }
    }
    state[node] = 2;
  }

  private void assignLayers(List<Edge> acyclic) {
    boolean moved = true;
    for (int round = 0; moved && round <= layer.length; round++) {
      moved = false;
      for (Edge edge : acyclic) {
        if (edge.from() != edge.to() && layer[edge.to()] <= layer[edge.from()]) {
          layer[edge.to()] = layer[edge.from()] + 1;
          moved = true;
        }
      }
    }
  }

  private void order() {
    double[] place = new double[layer.length];
    layers.forEach(nodes -> number(nodes, place));
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 0; i < layers.size(); i++) {
        List<Integer> nodes = layers.get(down ? i : layers.size() - 1 - i);
        double[] middle = new double[layer.length];
        nodes.forEach(node -> middle[node] = middleOfNeighbours(node, down, place));
        nodes.sort(Comparator.comparingDouble(node -> middle[node]));
        number(nodes, place);
      }
    }
  }

  private double middleOfNeighbours(int node, boolean above, double[] place) {
    double sum = 0;
    int count = 0;
    for (Edge edge : edges) {
      int other = edge.from() == node ? edge.to() : edge.to() == node ? edge.from() : -1;
      if (other >= 0 && (above ? layer[other] < layer[node] : layer[other] > layer[node])) {
        sum += place[other];
        count++;
      }
    }
    return count == 0 ? place[node] : sum / count;
  }

  /** Places from -1 to 1, so that layers of different length compare. */
  private static void number(List<Integer> nodes, double[] place) {
    for (int i = 0; i < nodes.size(); i++) {
      place[nodes.get(i)] = (2.0 * i + 1) / nodes.size() - 1;
    }
  }
}
