package dev.unpark.diagnosis.timeline;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackReader;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import org.jspecify.annotations.Nullable;

/**
 * One observation with what every detector asks of it, computed when first asked for.
 *
 * <p><b>Threading:</b> confined to whoever has the timeline.
 */
public final class Look {
  private final Observation observation;
  private final StackReader stacks;
  private @Nullable ObservationIndex index;
  private @Nullable WaitForGraph graph;
  private @Nullable WaitForGraph believedGraph;

  Look(Observation observation, StackReader stacks) {
    this.observation = observation;
    this.stacks = stacks;
  }

  public Observation observation() {
    return observation;
  }

  /** The observation, to be looked up by id. */
  public ObservationIndex index() {
    if (index == null) {
      index = new ObservationIndex(observation);
    }
    return index;
  }

  /** What that thread's stack tells; each stack is read once in a timeline. */
  public StackFacts facts(ObservedThread thread) {
    return stacks.facts(thread.stack());
  }

  /** Its waits, reduced to those that can never end. */
  public WaitForGraph graph() {
    if (graph == null) {
      graph = new WaitForGraph(observation, index());
    }
    return graph;
  }

  /**
   * Its waits, reduced as if those that are believed to end a wait were the only ones that can. It
   * proves nothing.
   */
  public WaitForGraph believedGraph() {
    if (believedGraph == null) {
      believedGraph = WaitForGraph.believing(observation, index());
    }
    return believedGraph;
  }
}
