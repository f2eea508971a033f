package dev.unpark.collector.fleet;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a JVM tells in three numbers.
 *
 * @param look that was counted; null before the first
 * @param threads how many there were
 * @param waiting how many of them waited for something that was seen
 * @param blocked how many of those waited for what another thread or a pool has, not for work
 */
public record Glance(@Nullable Observation look, int threads, int waiting, int blocked) {
  static final Glance NOTHING = new Glance(null, 0, 0, 0);

  static Glance of(@Nullable Observation look) {
    if (look == null) {
      return NOTHING;
    }
    int waiting = 0;
    int blocked = 0;
    ObservationIndex index = new ObservationIndex(look);
    for (ObservedThread thread : look.threads()) {
      waiting += thread.currentWait() == null ? 0 : 1;
      blocked += index.waitsForAnother(thread) ? 1 : 0;
    }
    return new Glance(look, look.threads().size(), waiting, blocked);
  }
}
