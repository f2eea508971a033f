package dev.unpark.collector.receive;

import dev.unpark.collector.series.Signal;
import java.util.LinkedHashSet;
import java.util.Set;

/** Adds up what is refused of one request. Used once, by one thread. */
final class Refused {
  private final Refusals refusals;
  private final Signal signal;
  private final Sender from;
  private final Set<String> reasons = new LinkedHashSet<>();
  private long items;

  Refused(Refusals refusals, Signal signal, Sender from) {
    this.refusals = refusals;
    this.signal = signal;
    this.from = from;
  }

  void add(String label, String words, long refusedItems) {
    items += refusedItems;
    reasons.add(words);
    refusals.add(signal, label, refusedItems, from.name());
  }

  Outcome outcome() {
    return new Outcome.Taken(items, String.join("; ", reasons));
  }
}
