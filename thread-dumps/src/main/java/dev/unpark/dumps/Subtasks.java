package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Release;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a thread waits for that joins a {@code StructuredTaskScope}. One per dump.
 *
 * <pre>
 *   at jdk.internal.misc.ThreadFlock.awaitAll(ThreadFlock.java:305)      parked, without a blocker
 *   at java.util.concurrent.StructuredTaskScopeImpl.join(StructuredTaskScopeImpl.java:243)
 * </pre>
 */
final class Subtasks {

  /*
   * Whether the first subtask that ends is enough or all must end is up to the scope's joiner, which
   * no dump shows. So as long as one of them may go on, the owner may. A timeout of the scope cancels
   * it from another thread, which is not seen either; hence a belief and no fact.
   *
   * Plain text lists no scopes. There every subtask that is seen counts, whosesoever it is: more of
   * them can only free the owner. One that joins a scope itself goes on when its own subtasks do,
   * which are in that number, too.
   */
  private static final String AWAITS = "jdk.internal.misc.ThreadFlock.awaitAll(";
  private static final String SCOPE = "java.util.concurrent.StructuredTaskScope";
  private static final String RUNS = "$SubtaskImpl.run(";

  /** The innermost frames are those of {@code park}. */
  private static final int NEAR = 8;

  /** Of so many, whose they are matters, and plain text does not tell. */
  private static final int MOST_OF_UNKNOWN_OWNER = 200;

  private final PrintedDump dump;
  private @Nullable Map<Long, Release> byOwner;
  private @Nullable Release ofSomebody;

  /**
   * @param dump whose threads have their ids and waits
   */
  Subtasks(PrintedDump dump) {
    this.dump = dump;
  }

  /** Whether a thread with that stack waits for subtasks. */
  static boolean areAwaitedAt(List<String> stack) {
    int near = Math.min(NEAR, stack.size());
    for (String frame : stack.subList(0, near)) {
      if (frame.startsWith(AWAITS)) {
        return true;
      }
    }
    return false;
  }

  Release awaitedBy(PrintedThread owner) {
    if (!dump.listsVirtualThreads) {
      return new Release.Unknown();
    }
    if (dump.scopes.isEmpty()) {
      return ofSomebody();
    }
    if (byOwner == null) {
      byOwner = ofScopes(dump.scopes);
    }
    return byOwner.getOrDefault(owner.javaId, new Release.Unknown());
  }

  /** By owner, those of the scope that it opened last, if all of these are known. */
  private static Map<Long, Release> ofScopes(List<PrintedScope> scopes) {
    Map<Long, List<PrintedScope>> opened = new HashMap<>();
    for (PrintedScope scope : scopes) {
      opened.computeIfAbsent(scope.owner(), owner -> new ArrayList<>()).add(scope);
    }
    Map<Long, Release> awaited = new HashMap<>();
    opened.forEach(
        (owner, its) -> {
          Set<String> outer = new HashSet<>();
          its.forEach(scope -> outer.add(scope.parent()));
          its.stream()
              .filter(scope -> scope.isWhole() && !outer.contains(scope.name()))
              .findFirst()
              .ifPresent(scope -> awaited.put(owner, subtasks(scope.threads())));
        });
    return awaited;
  }

  private Release ofSomebody() {
    if (ofSomebody == null) {
      Set<Long> running = new HashSet<>();
      for (PrintedThread thread : dump.threads) {
        if (!areAwaitedAt(thread.stack) && thread.stack.stream().anyMatch(Subtasks::isRun)) {
          running.add(thread.id);
        }
      }
      if (running.size() > MOST_OF_UNKNOWN_OWNER) {
        dump.limits.add(
            "whose subtasks are whose: `jcmd %s Thread.dump_to_file -format=json FILE` shows it"
                .formatted(dump.pid < 0 ? "PID" : Long.toString(dump.pid)));
        running.clear();
      }
      ofSomebody = subtasks(running);
    }
    return ofSomebody;
  }

  private static Release subtasks(Set<Long> threads) {
    return threads.isEmpty()
        ? new Release.Unknown()
        : new Release.Believed(threads, "they are the subtasks that it waits for");
  }

  private static boolean isRun(String frame) {
    return frame.startsWith(SCOPE) && frame.contains(RUNS);
  }
}
