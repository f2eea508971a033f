package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Release;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who runs which static initialiser, as the stacks of a dump show. One per dump. */
final class Initializers {
  private static final String FRAME = ".<clinit>(";

  private final List<PrintedThread> threads;
  private @Nullable Map<String, Set<PrintedThread>> byClass;

  /**
   * @param threads which have their ids and waits
   */
  Initializers(List<PrintedThread> threads) {
    this.threads = threads;
  }

  /** Whoever runs the initialiser of the class that is waited for, if exactly one is seen to. */
  Release of(PrintedWait wait) {
    Set<Long> running = new HashSet<>();
    for (PrintedThread thread : byClass().getOrDefault(wait.className(), Set.of())) {
      PrintedWait own = thread.wait;
      if (own == null || !own.resource().equals(wait.resource())) {
        running.add(thread.id);
      }
    }
    return running.size() == 1 ? new Release.AllOf(running) : new Release.Unknown();
  }

  /** Whoever runs an initialiser may run the one that this thread waits for. */
  Release ofSomeClass(PrintedThread waiter) {
    Set<Long> running = new HashSet<>();
    byClass().values().forEach(found -> found.forEach(thread -> running.add(thread.id)));
    running.remove(waiter.id);
    return running.isEmpty()
        ? new Release.Unknown()
        : new Release.Believed(running, "it runs a static initialiser, and the class is not named");
  }

  private Map<String, Set<PrintedThread>> byClass() {
    if (byClass == null) {
      Map<String, Set<PrintedThread>> found = new HashMap<>();
      for (PrintedThread thread : threads) {
        for (String frame : thread.stack) {
          int at = frame.indexOf(FRAME);
          if (at > 0) {
            found.computeIfAbsent(frame.substring(0, at), name -> new HashSet<>()).add(thread);
          }
        }
      }
      byClass = found;
    }
    return byClass;
  }
}
