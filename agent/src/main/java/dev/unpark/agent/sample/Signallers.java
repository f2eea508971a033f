package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.SignalTable;
import dev.unpark.diagnosis.model.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who has ended waits for a condition before, and so may end the next one.
 *
 * <p>What the table says of conditions nobody waits for any more is forgotten with all the rest
 * when it fills: it is learned again.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Signallers {
  /** Half of the table in use, and it is begun anew. */
  private static final int CLEAR_AT = SignalTable.CAPACITY / 2;

  private static final String WHY = "it signalled this condition before";
  private static final String GONE = "every thread that signalled this condition has ended";

  private Signallers() {}

  /** Lets ended threads go, before anybody asks. */
  static void sweep() {
    if (SignalTable.sweep() > CLEAR_AT) {
      SignalTable.clear();
    }
  }

  /** Those that still live; unknown when nobody has signalled yet, or too many to tell. */
  static Releases.Holder of(Object condition) {
    int row = SignalTable.find(condition);
    if (row < 0 || SignalTable.isMany(row)) {
      return Releases.Holder.UNKNOWN;
    }
    List<Thread> live = new ArrayList<>();
    boolean any = false;
    for (int place = 0; place < SignalTable.THREADS; place++) {
      Object signaller = SignalTable.signaller(row, place);
      any |= signaller != null;
      if (signaller instanceof Thread thread && thread.isAlive()) {
        live.add(thread);
      }
    }
    if (!any) {
      return Releases.Holder.UNKNOWN;
    }
    Set<Long> ids = live.stream().map(ThreadIds::of).collect(Collectors.toSet());
    return new Releases.Holder(new Release.Believed(ids, live.isEmpty() ? GONE : WHY), live);
  }
}
