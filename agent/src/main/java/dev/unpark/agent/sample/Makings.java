package dev.unpark.agent.sample;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * What a task or thread was made with, and so was made to use: the latch that a lambda has
 * captured, the future that a runnable has as a field. Only that counts, not what lies behind it: a
 * field of the application that everything can reach says nothing.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Makings {
  private static final int MOST_LAMBDAS = 3;
  private static final Peek PHASER = Peek.at("java.util.concurrent.Phaser$QNode", "phaser");

  private final Fields fields = new Fields();
  private final Completions completions;

  Makings(Completions completions) {
    this.completions = completions;
  }

  /** What the fields of a runnable or callable hold; of what a lambda has captured, lambdas too. */
  List<Object> of(Object work) {
    List<Object> made = new ArrayList<>();
    add(work, made, 0);
    return made;
  }

  private void add(Object work, List<Object> made, int depth) {
    for (Field field : fields.of(work.getClass())) {
      Object value = Fields.value(field, work);
      if (value != null && value.getClass().isHidden() && depth < MOST_LAMBDAS) {
        add(value, made, depth + 1);
      } else if (value != null
          && !(value instanceof CharSequence
              || value instanceof Number
              || value instanceof Class
              || value instanceof Thread
              || value instanceof Executor)) {
        made.add(value);
      }
    }
  }

  /** Whether a wait for {@code blocker} is one for this very thing. */
  boolean ends(Object made, Object blocker) {
    if (made == blocker || made == PHASER.of(blocker)) {
      return true;
    }
    if (made instanceof CompletableFuture<?>) {
      Map<Object, Boolean> ended = new IdentityHashMap<>();
      completions.completedWith(made, ended);
      return ended.containsKey(blocker);
    }
    if (made instanceof CountDownLatch
        || made instanceof CyclicBarrier
        || made instanceof Semaphore) {
      for (Field field : fields.of(made.getClass())) {
        if (Fields.value(field, made) == blocker) {
          return true;
        }
      }
    }
    return false;
  }
}
