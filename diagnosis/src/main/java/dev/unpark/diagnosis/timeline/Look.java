package dev.unpark.diagnosis.timeline;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackReader;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One observation with what every detector asks of it, computed when first asked for.
 *
 * <p><b>Threading:</b> confined to whoever has the timeline.
 */
public final class Look {
  private final Observation observation;
  private final StackReader stacks;
  private final Map<List<String>, StackFacts> facts = new IdentityHashMap<>();
  private @Nullable Map<StackTag, List<ObservedThread>> tagged;
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

  /** What that thread's stack tells; each stack is read once. */
  public StackFacts facts(ObservedThread thread) {
    StackFacts known = facts.get(thread.stack());
    if (known == null) {
      known = stacks.facts(thread.stack());
      facts.put(thread.stack(), known);
    }
    return known;
  }

  /** The threads with a frame of that tag anywhere in their stack, in their order. */
  public List<ObservedThread> threadsWith(StackTag tag) {
    if (tagged == null) {
      tagged = new EnumMap<>(StackTag.class);
      for (ObservedThread thread : observation.threads()) {
        for (StackTag its : facts(thread).tags()) {
          tagged.computeIfAbsent(its, each -> new ArrayList<>()).add(thread);
        }
      }
    }
    return tagged.getOrDefault(tag, List.of());
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
      boolean anyBelief =
          observation.resources().stream()
              .anyMatch(resource -> resource.release() instanceof Release.Believed);
      believedGraph = anyBelief ? WaitForGraph.believing(observation, index()) : graph();
    }
    return believedGraph;
  }
}
