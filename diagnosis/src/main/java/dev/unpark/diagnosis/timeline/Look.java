package dev.unpark.diagnosis.timeline;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.Observation;
import org.jspecify.annotations.Nullable;

/**
 * One observation with what every detector asks of it, computed when first asked for.
 *
 * <p><b>Threading:</b> confined to whoever has the timeline.
 */
public final class Look {
  private final Observation observation;
  private @Nullable ObservationIndex index;
  private @Nullable WaitForGraph graph;

  Look(Observation observation) {
    this.observation = observation;
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

  /** Its waits, reduced to those that can never end. */
  public WaitForGraph graph() {
    if (graph == null) {
      graph = new WaitForGraph(observation, index());
    }
    return graph;
  }
}
