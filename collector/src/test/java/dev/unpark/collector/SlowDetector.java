package dev.unpark.collector;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A detector that does not come to an end before it is let go, and finds nothing. */
final class SlowDetector implements Detector {
  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger looks = new AtomicInteger();

  @Override
  public String type() {
    return "slow";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    looks.incrementAndGet();
    try {
      go.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }

  Diagnostician diagnostician() {
    return new Diagnostician(List.of(this), Duration.ofSeconds(5));
  }

  /** How many looks it was given. */
  int looks() {
    return looks.get();
  }

  void letGo() {
    go.countDown();
  }
}
