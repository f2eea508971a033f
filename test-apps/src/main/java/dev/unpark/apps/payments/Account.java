package dev.unpark.apps.payments;

import java.util.concurrent.locks.ReentrantLock;

/** Money of one owner. Whoever reads or changes the balance holds {@link #lock}. */
final class Account {
  final ReentrantLock lock = new ReentrantLock();
  private final String owner;
  private long cents;

  Account(String owner, long cents) {
    this.owner = owner;
    this.cents = cents;
  }

  String owner() {
    return owner;
  }

  void withdraw(long amount) {
    cents -= amount;
  }

  void deposit(long amount) {
    cents += amount;
  }

  long balance() {
    return cents;
  }
}
