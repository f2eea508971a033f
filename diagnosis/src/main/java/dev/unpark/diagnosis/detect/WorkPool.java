package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pool of threads, as its source knows it or, in a dump, as its threads' loops and names tell.
 *
 * @param label what to call it: {@code pool "quotes-#"}
 * @param workers its threads that were seen
 * @param idle how many of them wait for work
 * @param executor the pool as its source knows it, or null when only stacks tell
 */
record WorkPool(
    String label, List<ObservedThread> workers, int idle, @Nullable ExecutorState executor) {

  /*
   * Pools of the JDK number themselves before their threads: pool-7-thread-2. Only the last number
   * is the thread's.
   */
  private static final Pattern LAST_NUMBER = Pattern.compile("\\d+(?=\\D*$)");

  /** The pools of that look. */
  static List<WorkPool> of(Look look) {
    return look.observation().executors().isEmpty() ? byStacks(look) : known(look);
  }

  private static List<WorkPool> known(Look look) {
    List<WorkPool> pools = new ArrayList<>();
    for (ExecutorState executor : look.observation().executors()) {
      List<ObservedThread> workers =
          executor.workers().stream().map(look.index()::thread).filter(Objects::nonNull).toList();
      int idle = Math.max(0, executor.workers().size() - executor.active());
      pools.add(new WorkPool(Words.pool(executor), workers, idle, executor));
    }
    return pools;
  }

  private static List<WorkPool> byStacks(Look look) {
    Map<String, List<ObservedThread>> byName = new TreeMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      StackFacts facts = look.facts(thread);
      if (facts.has(StackTag.WORKER) && !(facts.isIdle() && facts.has(StackTag.SELECTS))) {
        byName.computeIfAbsent(kind(thread), kind -> new ArrayList<>()).add(thread);
      }
    }
    List<WorkPool> pools = new ArrayList<>();
    byName.forEach(
        (kind, workers) -> {
          int idle = (int) workers.stream().filter(thread -> look.facts(thread).isIdle()).count();
          pools.add(new WorkPool("pool \"" + kind + "\"", workers, idle, null));
        });
    return pools;
  }

  private static String kind(ObservedThread worker) {
    return LAST_NUMBER.matcher(worker.name()).replaceFirst("#");
  }

  /**
   * Whether it can serve nobody unless one of its workers comes free: none is idle, none will be
   * added, and where the queue is known, something stands in it.
   */
  boolean isTaken() {
    return !workers.isEmpty()
        && idle == 0
        && (executor == null
            || executor.queued() > 0
                && !executor.mayGrow()
                && workers.size() == executor.workers().size());
  }
}
