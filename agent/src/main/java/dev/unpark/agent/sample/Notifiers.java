package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a signal whose every giver is gone: who has notified a thread in {@code Object.wait},
 * as Flight Recorder tells, has ended; or it works for a scheduler whose repeated task an exception
 * has ended since, and so it is with who signalled a condition.
 *
 * <p>Who notified once is no evidence of who will: a thread that is made to bring one thing rightly
 * ends. So one giver at least must have come back {@value #OFTEN} times, and of a crowd nothing is
 * said.
 *
 * <p><b>Threading:</b> the recording's thread tells, the sampler's asks; both are the agent's own,
 * and meet at this object's monitor for a moment. <b>When full:</b> of more than {@value #MOST}
 * waiters, those that were notified longest ago are forgotten.
 */
public final class Notifiers {
  private static final int MOST = 2_048;
  private static final int MOST_GIVERS = 4;
  private static final int OFTEN = 3;
  private static final String GONE = "every thread that notified them has ended";

  private final Map<Waiter, Map<Long, Integer>> givers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Waiter, Map<Long, Integer>> eldest) {
          return size() > MOST;
        }
      };

  /** A thread, and the class of what it waited to be notified on. */
  private record Waiter(long thread, String monitor) {}

  /** Who ended a wait; one more than are kept says that there is a crowd. */
  public synchronized void notified(long waiter, String monitor, long giver) {
    Map<Long, Integer> known =
        givers.computeIfAbsent(new Waiter(waiter, monitor), w -> new HashMap<>());
    if (known.size() <= MOST_GIVERS) {
      known.merge(giver, 1, Integer::sum);
    }
  }

  private synchronized Map<Long, Integer> of(Seen seen, Resource resource) {
    Map<Long, Integer> known = givers.get(new Waiter(seen.id, resource.className()));
    return known == null ? Map.of() : Map.copyOf(known);
  }

  /** Completes the scene with what it finds. */
  void look(Scene scene, List<Thread> threads, Failures failures) {
    Map<Resource, List<Seen>> waits = waits(scene, failures);
    if (waits.isEmpty()) {
      return;
    }
    Set<Long> live = new HashSet<>();
    threads.forEach(thread -> live.add(ThreadIds.of(thread)));
    waits.forEach(
        (resource, waiters) -> {
          String why = goneFor(resource, waiters, live, scene, failures);
          if (why != null) {
            scene.put(
                new Resource(
                    resource.id(),
                    resource.kind(),
                    resource.className(),
                    resource.site(),
                    new Release.Believed(Set.of(), why)));
          }
        });
  }

  private static Map<Resource, List<Seen>> waits(Scene scene, Failures failures) {
    Map<Resource, List<Seen>> waits = new HashMap<>();
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (resource != null && seen.lasting && !seen.virtual) {
        boolean notified =
            resource.kind() == ResourceKind.NOTIFICATION && !Scene.isResolved(resource);
        boolean signalled =
            resource.kind() == ResourceKind.CONDITION
                && resource.release() instanceof Release.Believed
                && failures.anySchedule();
        if (notified || signalled) {
          waits.computeIfAbsent(resource, r -> new ArrayList<>()).add(seen);
        }
      }
    }
    return waits;
  }

  /** Why nobody is left to end these waits for one thing, or null. */
  private @Nullable String goneFor(
      Resource resource, List<Seen> waiters, Set<Long> live, Scene scene, Failures failures) {
    Set<Long> left = new HashSet<>();
    boolean known = resource.release() instanceof Release.Believed;
    if (resource.release() instanceof Release.Believed believed) {
      left.addAll(believed.threads());
    }
    for (Seen waiter : known ? List.<Seen>of() : waiters) {
      Map<Long, Integer> of = of(waiter, resource);
      if (of.size() > MOST_GIVERS) {
        return null;
      }
      known |= of.values().stream().anyMatch(times -> times >= OFTEN);
      left.addAll(of.keySet());
    }
    left.retainAll(live);
    if (!known) {
      return null;
    }
    return left.isEmpty()
        ? resource.kind() == ResourceKind.NOTIFICATION ? GONE : null
        : failures.ofSchedule(left, waiters, scene);
  }
}
