package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Futures that threads owe each other: each waits for one that another was made to complete.
 *
 * <p>A future that is completed by hand names nobody. But a thread that was started with it, see
 * {@link Makings}, and does not wait for it, is there to complete it. Where all who have it at hand
 * wait for futures themselves, they are believed to be the ones; where anybody else has, nothing is
 * said.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> the first {@value #MOST} waits
 * are looked at.
 */
final class OwedFutures {
  private static final int MOST = 64;
  private static final String WHY = "they were started with it, and do not wait for it";

  private final Reach reach = new Reach(new Fields());
  private final Makings makings = new Makings(new Completions());

  /** Completes the scene with what it finds. */
  void look(Scene scene, List<Thread> threads) {
    Map<Seen, Object> waits = new IdentityHashMap<>();
    Set<Object> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Thread> waiters = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      Object blocker =
          seen.still && seen.state == ThreadState.WAITING && resource != null && !seen.virtual
              ? LockSupport.getBlocker(seen.thread)
              : null;
      if (resource != null
          && blocker != null
          && !Scene.isResolved(resource)
          && (resource.kind() == ResourceKind.FUTURE || blocker instanceof Future)
          && waits.size() < MOST) {
        waits.put(seen, blocker);
        wanted.add(blocker);
        waiters.add(seen.thread);
      }
    }
    if (waits.size() < 2) {
      return;
    }
    Bystanders bystanders = new Bystanders(reach, threads, scene, wanted);
    waits.forEach(
        (seen, blocker) -> {
          Resource resource = scene.waitedFor(seen);
          if (resource != null && waiters.containsAll(bystanders.with(blocker, resource.id()))) {
            Set<Long> owing = owing(seen, blocker, waits.keySet());
            if (!owing.isEmpty()) {
              scene.put(
                  new Resource(
                      resource.id(),
                      resource.kind(),
                      resource.className(),
                      resource.site(),
                      new Release.Believed(owing, WHY)));
            }
          }
        });
  }

  private Set<Long> owing(Seen waiter, Object blocker, Set<Seen> waiters) {
    Set<Long> owing = new HashSet<>();
    for (Seen other : waiters) {
      Object work = other.thread == waiter.thread ? null : Targets.of(other.thread);
      if (work != null
          && !Objects.equals(waiter.resource, other.resource)
          && makings.of(work).stream().anyMatch(made -> makings.ends(made, blocker))) {
        owing.add(other.id);
      }
    }
    return owing;
  }
}
