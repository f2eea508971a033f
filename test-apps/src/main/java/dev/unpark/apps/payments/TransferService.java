package dev.unpark.apps.payments;

import java.util.concurrent.locks.LockSupport;

/** Moves money under the locks of both accounts. */
final class TransferService {
  private static final long LIMIT_CHECK_NANOS = 2_000_000;

  private final boolean inOrder;

  /**
   * @param inOrder whether locks are always taken in the order of the owners' names, which rules
   *     the fault out
   */
  TransferService(boolean inOrder) {
    this.inOrder = inOrder;
  }

  void transfer(Account from, Account to, long cents) {
    boolean swap = inOrder && from.owner().compareTo(to.owner()) > 0;
    Account first = swap ? to : from;
    Account second = swap ? from : to;
    first.lock.lock();
    try {
      checkLimit();
      second.lock.lock();
      try {
        from.withdraw(cents);
        to.deposit(cents);
      } finally {
        second.lock.unlock();
      }
    } finally {
      first.lock.unlock();
    }
  }

  /** Asks the limit service, which takes its time while the first account stays locked. */
  private static void checkLimit() {
    LockSupport.parkNanos(LIMIT_CHECK_NANOS);
  }
}
