package dev.unpark.diagnosis.graph;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Threads that can never run again because of each other, and those that wait behind them.
 *
 * @param members ids of the threads of the knot itself, the smallest set that explains the rest
 * @param resources ids of the resources through which they wait for each other
 * @param executors ids of the executors whose workers are all among the stuck
 * @param victims ids of the threads that are stuck only because of the members
 */
public record Knot(
    SortedSet<Long> members,
    SortedSet<String> resources,
    SortedSet<String> executors,
    SortedSet<Long> victims) {
  public Knot {
    members = new TreeSet<>(members);
    resources = new TreeSet<>(resources);
    executors = new TreeSet<>(executors);
    victims = new TreeSet<>(victims);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a knot has members");
    }
  }
}
