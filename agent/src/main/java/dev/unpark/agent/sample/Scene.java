package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinTask;
import org.jspecify.annotations.Nullable;

/**
 * What one look has gathered so far: threads, the resources that they wait for, pools.
 *
 * <p><b>Threading:</b> the sampler's thread alone; made anew for each look.
 */
final class Scene {
  private final Map<Long, Seen> threads = new LinkedHashMap<>();
  private final Map<String, Resource> resources = new LinkedHashMap<>();
  private final Map<String, Integer> waiters = new HashMap<>();
  private final Releases releases;
  private final LockSites sites;
  private final List<Pool> pools;
  private final TaskIndex tasks;
  private final ReadLocks readLocks;
  private final Map<String, Object> blockers = new HashMap<>();

  /**
   * @param live all threads that may hold something
   */
  Scene(Releases releases, List<Pool> pools, LockSites sites, List<Thread> live) {
    this.releases = releases;
    this.tasks = releases.tasks(pools);
    this.pools = new ArrayList<>(pools);
    this.sites = sites;
    this.readLocks = new ReadLocks(live);
  }

  Collection<Seen> threads() {
    return threads.values();
  }

  List<Pool> pools() {
    return pools;
  }

  /** A worker of a pool waits for work, which anybody may bring who has never done so. */
  private boolean isWorker(Thread thread) {
    for (Pool pool : pools) {
      if (pool.threads().contains(thread)) {
        return true;
      }
    }
    return false;
  }

  /** The executor of that id, or null. */
  @Nullable Pool pool(String id) {
    for (Pool pool : pools) {
      if (pool.state().id().equals(id)) {
        return pool;
      }
    }
    return null;
  }

  /** An executor that was found by what waits for it. */
  void addPool(Pool pool) {
    pools.add(pool);
  }

  @Nullable Seen thread(long id) {
    return threads.get(id);
  }

  /** Adds a thread unless it is there. */
  Seen add(Seen seen) {
    Seen known = threads.putIfAbsent(seen.id, seen);
    return known == null ? seen : known;
  }

  /** A thread that others wait for: it has to be in the picture, whatever it does. */
  void addHolder(Thread holder) {
    if (!threads.containsKey(ThreadIds.of(holder))) {
      add(new Seen(holder, VirtualThreads.isVirtual(holder), ThreadStates.of(holder)));
    }
  }

  /**
   * The resource that stands for a park blocker, with whoever can end a wait for it.
   *
   * @param waiter who waits: behind a lock's readers, another reader waits for another thing than a
   *     writer does
   */
  Resource blocker(Object blocker, Thread waiter) {
    String className = blocker.getClass().getName();
    ResourceKind kind =
        blocker instanceof ForkJoinTask<?> ? ResourceKind.FUTURE : Names.kindOfBlocker(className);
    boolean readsOwned =
        kind == ResourceKind.READ_WRITE_LOCK
            && releases.isRead(blocker)
            && readLocks.isReader(blocker, waiter);
    Thread writer = readsOwned ? readLocks.writerAhead(blocker, waiter) : null;
    boolean reads = readsOwned || Permits.isReaderInLine(blocker, waiter);
    String id = Names.id(blocker) + (writer != null ? "/read" : reads ? "/next" : "");
    Resource known = resources.get(id);
    if (known != null && blockers.get(id) == blocker) {
      return known;
    }
    if (known != null) {
      // Another object of this class and hash: told apart at this look, and never proof of
      // anything.
      return put(
          new Resource(id + "/2", kind, Names.publicName(className), "", new Release.Unknown()));
    }
    blockers.put(id, blocker);
    Releases.Holder holder =
        writer != null
            ? Releases.Holder.all(List.of(writer))
            : reads
                ? Releases.Holder.FREE
                : kind == ResourceKind.CONDITION
                    ? isWorker(waiter) ? Releases.Holder.UNKNOWN : Signallers.of(blocker)
                    : releases.of(blocker, kind, readLocks, tasks);
    if (holder == Releases.Holder.UNKNOWN && blocker instanceof ForkJoinTask<?>) {
      holder = ForkJoinPools.runners(waiter);
    }
    holder.threads().forEach(this::addHolder);
    return put(new Resource(id, kind, Names.publicName(className), sites.of(id), holder.release()));
  }

  /**
   * A monitor, waited for to be entered ({@code MONITOR}) or to be notified. Whoever is to be
   * notified needs its owner to go on as well: without the monitor nobody can notify.
   */
  Resource monitor(String className, int identityHash, ResourceKind kind, Release release) {
    String id = Names.id(className, identityHash);
    Resource known = resources.get(id);
    if (known == null || known.release() instanceof Release.Unknown) {
      return put(new Resource(id, kind, className, sites.of(id), release));
    }
    if (release instanceof Release.Unknown || release.equals(known.release())) {
      return known;
    }
    // Two owners in one look: it was handed on meanwhile, or there are two of that class and hash.
    return put(new Resource(id, kind, className, known.site(), new Release.Unknown()));
  }

  /** Replaces what is known of a resource. */
  Resource put(Resource resource) {
    resources.put(resource.id(), resource);
    return resource;
  }

  @Nullable Resource resource(@Nullable String id) {
    return id == null ? null : resources.get(id);
  }

  /** The resource that a thread waits for, or null. */
  @Nullable Resource waitedFor(Seen seen) {
    return resource(seen.resource);
  }

  /** What a thread waits for, in place of what was found before. */
  void setWait(Seen seen, Resource resource, String turn) {
    if (seen.resource != null) {
      waiters.merge(seen.resource, -1, Integer::sum);
    }
    seen.resource = resource.id();
    seen.turn = turn;
    waiters.merge(resource.id(), 1, Integer::sum);
  }

  /** How many threads wait for that resource. */
  int waiters(String resource) {
    return waiters.getOrDefault(resource, 0);
  }

  /** Resources as they are, their sites brought up to date. */
  List<Resource> resources() {
    List<Resource> all = new ArrayList<>(resources.size());
    for (Resource resource : resources.values()) {
      all.add(
          new Resource(
              resource.id(),
              resource.kind(),
              resource.className(),
              siteOf(resource),
              resource.release()));
    }
    return all;
  }

  /** Where threads wait for it, as known by now; empty when unknown. */
  String siteOf(Resource resource) {
    return resource.site().isEmpty() ? sites.of(resource.id()) : resource.site();
  }

  /** Whether it is known who must act before a wait for it can end. */
  static boolean isResolved(@Nullable Resource resource) {
    return resource != null && !(resource.release() instanceof Release.Unknown);
  }
}
