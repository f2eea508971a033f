package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Threads of one kind that rest at one place, each in a pool of its own or in none.
 *
 * @param threads at least as many as the threshold says
 * @param pools to how many pools of the same name they belong; 0 when they are no workers
 */
record Crowd(List<ObservedThread> threads, int pools) {
  private static final Pattern LAST_NUMBER = Pattern.compile("\\d+(?=\\D*$)");

  static Optional<Crowd> of(List<ObservedThread> kind, Look look, Thresholds thresholds) {
    Map<Long, List<ObservedThread>> byCode = new LinkedHashMap<>();
    for (ObservedThread thread : kind) {
      StackFacts facts = look.facts(thread);
      boolean queues = thread.state() == ThreadState.BLOCKED || Waits.lock(thread, look) != null;
      boolean rests = facts.isIdle() || Waits.waits(thread, look) && !queues;
      if (!thread.stack().isEmpty() && rests && !facts.isIn(StackTag.BLOCKING_IO)) {
        byCode.computeIfAbsent(facts.code(), code -> new ArrayList<>()).add(thread);
      }
    }
    for (List<ObservedThread> threads : byCode.values()) {
      if (threads.size() >= thresholds.crowdedThreads()) {
        boolean workers = look.facts(threads.get(0)).has(StackTag.WORKER);
        int pools = workers ? pools(threads) : 0;
        if (!workers || pools * 2 >= threads.size()) {
          return Optional.of(new Crowd(threads, pools));
        }
      }
    }
    return Optional.empty();
  }

  /** {@code pool-7-thread-1}: the last number counts threads of a pool, the rest names the pool. */
  private static int pools(List<ObservedThread> threads) {
    Set<String> pools = new HashSet<>();
    threads.forEach(thread -> pools.add(LAST_NUMBER.matcher(thread.name()).replaceFirst("")));
    return pools.size();
  }
}
