package dev.unpark.collector.receive;

import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import java.util.LinkedHashSet;
import java.util.Set;

/** Adds up what is refused of one request. Used once, by one thread. */
final class Refused {
  private final SelfMetrics self;
  private final Signal signal;
  private final Set<String> reasons = new LinkedHashSet<>();
  private long items;

  Refused(SelfMetrics self, Signal signal) {
    this.self = self;
    this.signal = signal;
  }

  void add(String label, String words, long refusedItems) {
    items += refusedItems;
    reasons.add(words);
    self.rejected(signal, label, refusedItems);
  }

  Outcome outcome() {
    return new Outcome.Taken(items, String.join("; ", reasons));
  }
}
