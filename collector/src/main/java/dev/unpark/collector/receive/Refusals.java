package dev.unpark.collector.receive;

import dev.unpark.collector.publish.Sparingly;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is refused, and says so in the log: once at first, then now and then while it goes
 * on.
 *
 * <p><b>Threading:</b> any thread may call anything.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");

  private final SelfMetrics self;
  private final Sparingly<Kind> lines;

  /** What one line stands for. */
  private record Kind(Signal signal, String reason) {}

  Refusals(SelfMetrics self, Clock clock) {
    this.self = self;
    this.lines = new Sparingly<>(clock);
  }

  /**
   * So many items were refused, and their sender told.
   *
   * @param reason spelling of the {@code reason} attribute
   * @param who sent them: an address, or the name of a tenant
   */
  void add(Signal signal, String reason, long items, String who) {
    self.rejected(signal, reason, items);
    long unwritten = lines.turn(new Kind(signal, reason));
    if (unwritten >= 0) {
      LOG.atWarn()
          .addKeyValue("signal", signal.label())
          .addKeyValue("reason", reason)
          .addKeyValue("from", who)
          .addKeyValue("unwritten", unwritten)
          .log("refused what was sent");
    }
  }
}
