package dev.unpark.collector.receive;

import java.time.Duration;

/** What became of a request that could be read. */
public sealed interface Outcome {
  /**
   * It was taken, all but some.
   *
   * @param refused items that were refused for good; sending them again would not help
   * @param why for the sender; empty when none was refused
   */
  record Taken(long refused, String why) implements Outcome {}

  /**
   * There is no room at present. Parts of it may have been taken; it may be sent again whole, since
   * observations and points that come twice do no harm.
   */
  record ComeBack(Duration after, String why) implements Outcome {}
}
