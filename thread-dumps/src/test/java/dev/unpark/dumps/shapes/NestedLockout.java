package dev.unpark.dumps.shapes;

import java.util.ArrayDeque;
import java.util.Deque;

/** A reader that waits for news with the register locked, which the writer needs first. */
public final class NestedLockout {
  private final Object register = new Object();
  private final Deque<String> news = new ArrayDeque<>();

  private NestedLockout() {}

  public static void main(String[] arguments) throws InterruptedException {
    NestedLockout hall = new NestedLockout();
    if (Shape.isBenign(arguments)) {
      Shape.start("reader", hall::await);
      Shape.start("writer", hall::publish);
      Shape.start("register-user", hall::publish);
      Shape.ready();
    }
    Shape.start("reader", hall::awaitLocked);
    Shape.awaitState("reader", Thread.State.WAITING);
    Shape.start("writer", hall::publish);
    Shape.awaitThem(Thread.State.BLOCKED, "writer");
  }

  private void awaitLocked() {
    synchronized (register) {
      await();
    }
  }

  private void await() {
    synchronized (news) {
      while (news.isEmpty()) {
        try {
          news.wait();
        } catch (InterruptedException over) {
          return;
        }
      }
    }
  }

  private void publish() {
    synchronized (register) {
      synchronized (news) {
        news.add("rain");
        news.notifyAll();
      }
    }
  }
}
