package dev.unpark.agent.export;

import dev.unpark.agent.sample.WaitProfile;
import java.util.List;
import java.util.Locale;

/**
 * The places where threads wait most for locks, as text.
 *
 * <pre>
 *   12.5 s  java.util.concurrent.locks.ReentrantLock  at Ledger.post(Ledger.java:31)
 *       who waits
 *         Ledger.post(Ledger.java:31)
 *       who held it, when last seen
 *         Ledger.audit(Ledger.java:44)
 * </pre>
 */
final class WaitsText {
  private static final int MOST = 20;

  private WaitsText() {}

  static String of(WaitProfile profile) {
    StringBuilder text = new StringBuilder();
    for (WaitProfile.Place place : profile.top(MOST)) {
      text.append(String.format(Locale.ROOT, "%.1f s  %s", place.seconds(), place.lockClass()));
      text.append("  at ").append(Measurements.label(place.site())).append('\n');
      stack(text, "who waits", place.waiter());
      stack(text, "who held it, when last seen", place.holder());
    }
    return text.isEmpty() ? "no thread was seen waiting for a lock\n" : text.toString();
  }

  private static void stack(StringBuilder text, String whose, List<String> frames) {
    if (!frames.isEmpty()) {
      text.append("    ").append(whose).append('\n');
      frames.forEach(frame -> text.append("      ").append(frame).append('\n'));
    }
  }
}
