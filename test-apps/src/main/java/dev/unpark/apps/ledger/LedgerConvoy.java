package dev.unpark.apps.ledger;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Twelve threads that post to one journal without a pause. */
public final class LedgerConvoy {
  private static final int POSTERS = 12;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final long UNHURRIED_NANOS = 1_000_000_000;

  private LedgerConvoy() {}

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    Journal journal = new Journal();
    AtomicLong posted = new AtomicLong();
    long pause = switches.healthy() ? UNHURRIED_NANOS : 0;
    for (int poster = 1; poster <= POSTERS; poster++) {
      String name = "posting-" + poster;
      new Thread(() -> keepPosting(journal, name, posted, pause), name).start();
    }
    System.out.println(POSTERS + " threads post to one journal");
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> journal.waiting() >= POSTERS - 3);
    }
    while (true) {
      LockSupport.parkNanos(REPORT_NANOS);
      System.out.printf("%d entries posted, %d waiting%n", posted.get(), journal.waiting());
    }
  }

  private static void keepPosting(Journal journal, String name, AtomicLong posted, long pause) {
    try {
      while (true) {
        journal.post("%s entry %d".formatted(name, posted.incrementAndGet()));
        if (pause > 0) {
          LockSupport.parkNanos(pause);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be written", e);
    }
  }
}
