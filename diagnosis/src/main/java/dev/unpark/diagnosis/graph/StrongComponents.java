package dev.unpark.diagnosis.graph;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Strongly connected components by Tarjan's algorithm, without recursion: a chain of a hundred
 * thousand virtual threads must not overflow the stack.
 */
final class StrongComponents {
  private static final int UNVISITED = -1;

  private final List<int[]> successors;
  private final boolean[] excluded;
  private final int[] component;
  private final int[] order;
  private final int[] low;
  private final int[] next;

  private StrongComponents(List<int[]> successors, boolean[] excluded) {
    int size = successors.size();
    this.successors = successors;
    this.excluded = excluded;
    component = new int[size];
    order = new int[size];
    low = new int[size];
    next = new int[size];
    Arrays.fill(component, UNVISITED);
    Arrays.fill(order, UNVISITED);
  }

  /**
   * @param successors of each node
   * @param excluded nodes to leave out
   * @return for each node the number of its component, or -1 for an excluded one
   */
  static int[] of(List<int[]> successors, boolean[] excluded) {
    StrongComponents search = new StrongComponents(successors, excluded);
    search.run();
    return search.component;
  }

  private void run() {
    Deque<Integer> path = new ArrayDeque<>();
    Deque<Integer> open = new ArrayDeque<>();
    int visited = 0;
    int components = 0;
    for (int start = 0; start < order.length; start++) {
      if (excluded[start] || order[start] != UNVISITED) {
        continue;
      }
      path.push(start);
      while (!path.isEmpty()) {
        int node = path.element();
        if (order[node] == UNVISITED) {
          order[node] = visited;
          low[node] = visited++;
          open.push(node);
        }
        int deeper = deeper(node);
        if (deeper != UNVISITED) {
          path.push(deeper);
          continue;
        }
        path.pop();
        if (!path.isEmpty()) {
          low[path.element()] = Math.min(low[path.element()], low[node]);
        }
        if (low[node] == order[node]) {
          int member;
          do {
            member = open.pop();
            component[member] = components;
          } while (member != node);
          components++;
        }
      }
    }
  }

  /** The next successor that no walk has entered yet; {@code low} learns of the others. */
  private int deeper(int node) {
    int[] edges = successors.get(node);
    while (next[node] < edges.length) {
      int successor = edges[next[node]++];
      if (excluded[successor]) {
        continue;
      }
      if (order[successor] == UNVISITED) {
        return successor;
      }
      if (component[successor] == UNVISITED) {
        low[node] = Math.min(low[node], order[successor]);
      }
    }
    return UNVISITED;
  }
}
