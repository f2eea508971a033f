package dev.unpark.collector.publish;

import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.diagnosis.finding.Finding;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The findings that were closed last, newest first.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> the oldest goes.
 */
public final class RecentFindings implements FleetListener {
  private final int capacity;
  private final Deque<Finding> closed = new ArrayDeque<>();

  public RecentFindings(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public void findingChanged(Finding finding) {
    if (finding.state() == Finding.State.CLOSED) {
      synchronized (closed) {
        closed.addFirst(finding);
        if (closed.size() > capacity) {
          closed.removeLast();
        }
      }
    }
  }

  public List<Finding> closed() {
    synchronized (closed) {
      return List.copyOf(closed);
    }
  }
}
