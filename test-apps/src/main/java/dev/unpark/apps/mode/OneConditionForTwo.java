package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A shelf with room for one, whose fillers and takers wait on the same monitor and are woken one at
 * a time: sooner or later a filler wakes a filler, and all sleep. Mended, all are woken.
 */
public final class OneConditionForTwo {
  private static final int EACH = 3;
  private static final long BETWEEN_TURNS_NANOS = 1_000_000;

  private final boolean wakesAll;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Progress taken = new Progress("parts taken");
  private boolean full;

  private OneConditionForTwo(boolean wakesAll) {
    this.wakesAll = wakesAll;
  }

  public static void main(String[] args) {
    Switches switches = Switches.of(args);
    OneConditionForTwo shelf = new OneConditionForTwo(switches.healthy());
    for (int i = 1; i <= EACH; i++) {
      new Thread(() -> shelf.keepTurning(false), "filler-" + i).start();
      new Thread(() -> shelf.keepTurning(true), "taker-" + i).start();
    }
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> shelf.waiting.get() == 2 * EACH);
    }
    shelf.taken.print();
  }

  private void keepTurning(boolean takes) {
    try {
      while (true) {
        turn(takes);
        if (takes) {
          taken.count();
        }
        if (wakesAll) {
          Progress.pause(BETWEEN_TURNS_NANOS);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    }
  }

  private synchronized void turn(boolean takes) throws InterruptedException {
    while (full != takes) {
      waiting.incrementAndGet();
      wait();
      waiting.decrementAndGet();
    }
    full = !takes;
    if (wakesAll) {
      notifyAll();
    } else {
      notify();
    }
  }
}
