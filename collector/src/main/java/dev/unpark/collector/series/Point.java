package dev.unpark.collector.series;

/** The latest value of a series. */
public sealed interface Point {
  /** How many Prometheus series it is. */
  int weight();

  /** A sum or a gauge. */
  record Number(double value) implements Point {
    @Override
    public int weight() {
      return 1;
    }
  }

  /**
   * A histogram with fixed buckets.
   *
   * @param bounds upper bounds of all buckets but the last, which has none, rising
   * @param counts how many values each bucket has by itself, one more than bounds
   * @param sum of all values; not a number when unknown
   */
  record Distribution(double[] bounds, long[] counts, double sum) implements Point {
    @Override
    public int weight() {
      return counts.length + 2;
    }
  }
}
