package dev.unpark.dumps.shapes;

import java.util.ArrayDeque;
import java.util.Deque;

/** A reader that waits for news with the register locked, which the writer needs first. */
final class NestedLockout {
  private final Object register = new Object();
  private final Deque<String> news = new ArrayDeque<>();

  private NestedLockout() {}

  public static void main(String[] arguments) throws Exception {
    NestedLockout hall = new NestedLockout();
    if (!Stage.faulty(arguments)) {
      Stage.start("reader", hall::await);
      Stage.start("writer", hall::publish);
      Stage.start("register-user", hall::publish);
      Stage.ready();
    }
    Stage.start("reader", hall::awaitLocked);
    Stage.awaitState("reader", Thread.State.WAITING);
    Stage.start("writer", hall::publish);
    Stage.awaitThem(Thread.State.BLOCKED, "writer");
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
