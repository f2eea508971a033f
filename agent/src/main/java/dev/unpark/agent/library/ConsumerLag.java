package dev.unpark.agent.library;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * How far behind a Kafka consumer is, from its own metrics.
 *
 * <p>Kafka lets any thread read them, as its reporters do; a value takes the short lock under which
 * the consumer records it.
 *
 * @param client id of the consumer
 * @param records of its furthest partition; absent until it has fetched, and when it has been idle
 */
public record ConsumerLag(String client, OptionalDouble records) {
  private static final String NAME = "records-lag-max";
  private static final String GROUP = "consumer-fetch-manager-metrics";
  private static final String CLIENT = "client-id";

  /** Reads it; an absent one when the consumer has no such metric. */
  public static ConsumerLag of(Object consumer) {
    if (Call.path(consumer, "metrics") instanceof Map<?, ?> metrics) {
      for (Map.Entry<?, ?> entry : metrics.entrySet()) {
        Object name = entry.getKey();
        // The same by partition has more tags.
        if (Call.text(name, "name").equals(NAME)
            && Call.text(name, "group").equals(GROUP)
            && Call.path(name, "tags") instanceof Map<?, ?> tags
            && tags.size() == 1) {
          double lag =
              Call.path(entry.getValue(), "metricValue") instanceof Double d ? d : Double.NaN;
          return new ConsumerLag(
              String.valueOf(tags.get(CLIENT)),
              lag >= 0 ? OptionalDouble.of(lag) : OptionalDouble.empty());
        }
      }
    }
    return new ConsumerLag("", OptionalDouble.empty());
  }
}
