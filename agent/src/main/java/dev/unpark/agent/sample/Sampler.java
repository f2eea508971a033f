package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.ConnectionPools;
import dev.unpark.agent.bootstrap.ExecutorTable;
import dev.unpark.agent.bootstrap.ServerRequests;
import dev.unpark.agent.bootstrap.WaitTable;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one look at the JVM per tick.
 *
 * <p>In this order, and the order matters: the threads' states and counts first, then blockers,
 * owners and queues, then stacks. Whoever is found in the same turn at the next look has therefore
 * stood still while everything that this look says of its wait was read.
 *
 * <p><b>Threading:</b> one thread at a time calls {@link #tick}; any may ask for {@link #ledger},
 * {@link #tasks}, {@link #history}, {@link #profile}, {@link #last} and {@link #threadCounts}.
 * <b>When full:</b> at most {@value #MOST_STACKS} new stacks per tick; the others have theirs taken
 * at the next ones, since a stack is kept as long as its thread stands still.
 */
public final class Sampler {
  private static final int MOST_STACKS = 128;

  /** Two waiters meet by chance; from three on it is worth knowing where they wait. */
  private static final int QUEUE = 3;

  private final JvmIdentity jvm;
  private final Supplier<Instant> clock;
  private final Supplier<List<LockActivity>> otherActivity;
  private final Supplier<List<String>> otherLimits;
  private final PlatformThreads platform = new PlatformThreads();
  private final VirtualThreads virtual = new VirtualThreads();
  private final MonitorRounds monitors = new MonitorRounds();
  private final ConnectionWaits connections = new ConnectionWaits();
  private final Releases releases = new Releases();
  private final PoolReader pools = new PoolReader();
  private final Loops loops = new Loops();
  private final Failures failures = new Failures();
  private final OwedFutures owed = new OwedFutures();
  private final CpuTimes cpu = new CpuTimes();
  private final Census census = new Census();
  private final StackPool stacks = new StackPool();
  private final ClassInits classInits = new ClassInits(new DiagnosticCommand()::run);
  private final LockSites sites = new LockSites();
  private final LockLedger ledger = new LockLedger(sites);
  private final TaskLedger tasks = new TaskLedger();
  private final TaskWatch taskWatch = new TaskWatch(tasks);
  private final PoolHistory history = new PoolHistory();
  private final RankedQueues ranked = new RankedQueues();
  private final Happenings happenings = new Happenings();
  private final WaitProfile profile = new WaitProfile(new Random());
  private Map<Long, Standing> standing = new HashMap<>();
  private volatile Map<ThreadKind, Integer> threadCounts = Map.of();
  private volatile @Nullable Observation last;
  private volatile int mostStacks = MOST_STACKS;
  private boolean trouble;

  /**
   * A wait of the look before: its resource and turn, its beginning, its stack if one was taken.
   */
  private record Standing(String waitKey, Instant since, List<String> stack) {}

  /**
   * @param otherActivity locks that are watched by other means than the hooks
   * @param otherLimits what others could not see
   */
  public Sampler(
      JvmIdentity jvm,
      Supplier<Instant> clock,
      Supplier<List<LockActivity>> otherActivity,
      Supplier<List<String>> otherLimits) {
    this.jvm = jvm;
    this.clock = clock;
    this.otherActivity = otherActivity;
    this.otherLimits = otherLimits;
  }

  /** What the hooks counted, per site. */
  public LockLedger ledger() {
    return ledger;
  }

  /** How long tasks stood in queues and ran, per executor site. */
  public TaskLedger tasks() {
    return tasks;
  }

  /** Where the time that is lost waiting for locks goes. */
  public WaitProfile profile() {
    return profile;
  }

  /** What has happened to executors between the looks. */
  public PoolHistory history() {
    return history;
  }

  /** How long tasks have stood in queues that give out the most urgent one first. */
  public RankedQueues ranked() {
    return ranked;
  }

  /**
   * Whether the last look saw threads that stand still behind somebody, or a pool behind its work.
   */
  public boolean trouble() {
    return trouble;
  }

  /** Whether Flight Recorder has something to tell: waits for monitors, or virtual threads. */
  public boolean isWorthARecording() {
    return platform.isWorthARecording();
  }

  /** Takes at most so many new stacks per look from now on. */
  public void limitStacks(int most) {
    mostStacks = most;
  }

  /** What platform threads are counted by. */
  public record ThreadKind(ThreadState state, boolean daemon) {}

  /** The last look, or null before the first. */
  public @Nullable Observation last() {
    return last;
  }

  /** Platform threads at the last look. */
  public Map<ThreadKind, Integer> threadCounts() {
    return threadCounts;
  }

  private void count(Scene scene) {
    Map<ThreadKind, Integer> counts = new HashMap<>();
    for (Seen seen : scene.threads()) {
      if (!seen.virtual) {
        counts.merge(new ThreadKind(seen.state, seen.thread.isDaemon()), 1, Integer::sum);
      }
    }
    threadCounts = Map.copyOf(counts);
  }

  /** Adds what else is known of each thread. */
  private void describe(Scene scene) {
    for (Seen seen : scene.threads()) {
      Thread carrier = seen.virtual ? VirtualThreads.carrierOf(seen.thread) : null;
      if (carrier != null) {
        seen.traits = ThreadTraits.mountedOn(ThreadIds.of(carrier));
      } else if (!seen.virtual) {
        seen.traits =
            new ThreadTraits(
                seen.thread.getPriority(),
                seen.thread.isDaemon(),
                cpu.of(seen.id),
                ThreadTraits.NO_CARRIER);
      }
    }
  }

  /** Looks once. */
  public Observation tick() {
    Instant now = clock.get();
    long nanos = System.nanoTime();
    List<Thread> threads = platform.list();
    Map<Thread, WaitRows.Row> rows = WaitRows.read();
    List<Pool> poolsNow = pools.read(threads, now);
    taskWatch.look(poolsNow, nanos);
    history.look(poolsNow, nanos);
    ranked.look(poolsNow, now);
    Signallers.sweep();
    Permits.sweep();
    ConnectionPools.sweep();
    ServerRequests.sweep();
    List<Thread> virtualThreads = virtual.list();
    List<Thread> live = new ArrayList<>(threads);
    live.addAll(virtualThreads);
    Scene scene = new Scene(releases, poolsNow, sites, live);
    List<Thread> blocked = new ArrayList<>();
    platform.look(threads, rows, scene, blocked);
    cpu.update(List.copyOf(scene.threads()));
    classInits.look(scene, cpu, nanos, virtualThreads);
    virtual.look(virtualThreads, rows, scene, blocked);
    monitors.look(blocked, scene);
    connections.look(scene, live);
    poolsNow.forEach(pool -> pool.threads().forEach(scene::addHolder));
    remember(scene, rows, now, nanos);
    loops.look(scene, threads);
    failures.look(scene, threads);
    owed.look(scene, threads);
    Set<String> kinds = new HashSet<>();
    threads.forEach(thread -> kinds.add(thread.getClass().getName()));
    takeStacks(suspects(scene, rows, kinds), scene);
    List<Seen> drawn = profile.draw(scene);
    takeStacks(WaitProfile.withHolders(drawn, scene), scene);
    takeStacks(census.next(scene, cpu), scene);
    census.keep(scene, cpu);
    findJoins(scene, threads, kinds);
    learnSites(scene);
    profile.add(drawn, scene, nanos);
    ledger.update();
    count(scene);
    describe(scene);
    Observation observation = observation(scene, now, nanos);
    last = observation;
    return observation;
  }

  /** Compares with the look before: who still stands in the same wait, and since when. */
  private void remember(Scene scene, Map<Thread, WaitRows.Row> rows, Instant now, long nanosNow) {
    Map<Long, Standing> next = new HashMap<>();
    for (Seen seen : scene.threads()) {
      if (!seen.waits()) {
        continue;
      }
      String wait = seen.resource + " " + seen.turn;
      Standing before = standing.get(seen.id);
      seen.still = !seen.turn.isEmpty() && before != null && before.waitKey().equals(wait);
      if (seen.still && before != null) {
        seen.since = before.since();
        if (seen.stack.isEmpty()) {
          seen.stack = before.stack();
        }
      } else {
        WaitRows.Row row = rows.get(seen.thread);
        seen.since =
            row != null && row.turn().equals(seen.turn)
                ? now.minusNanos(Math.max(0, nanosNow - row.startNanos()))
                : now;
      }
      Instant since = seen.since;
      next.put(seen.id, new Standing(wait, since == null ? now : since, seen.stack));
    }
    standing = next;
  }

  /**
   * Of whom a stack is wanted, the most urgent first.
   *
   * @param kinds the classes that the threads are of
   */
  private Set<Seen> suspects(Scene scene, Map<Thread, WaitRows.Row> rows, Set<String> kinds) {
    Set<Seen> suspects = new LinkedHashSet<>();
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (seen.still && Scene.isResolved(resource)) {
        suspects.add(seen);
        addHolders(resource, scene, suspects);
      }
    }
    boolean poolBehind = false;
    for (Pool pool : scene.pools()) {
      ExecutorState state = pool.state();
      if (state.queued() > 0 && state.active() >= state.workers().size()) {
        poolBehind = true;
        state.workers().forEach(id -> addIfSeen(scene.thread(id), suspects));
      }
    }
    trouble = !suspects.isEmpty() || poolBehind;
    for (Seen seen : scene.threads()) {
      String resource = seen.resource;
      boolean inQueue = resource != null && scene.waiters(resource) >= QUEUE;
      boolean unknownSite =
          resource != null
              && (rows.containsKey(seen.thread) || inQueue)
              && sites.of(resource).isEmpty();
      boolean maybeJoin = seen.still && isThreadObject(scene.waitedFor(seen), kinds);
      if (unknownSite || maybeJoin) {
        suspects.add(seen);
      }
    }
    return suspects;
  }

  private static void addHolders(@Nullable Resource resource, Scene scene, Set<Seen> suspects) {
    if (resource != null && resource.release() instanceof Release.AllOf all) {
      all.threads().forEach(id -> addIfSeen(scene.thread(id), suspects));
    }
  }

  private static void addIfSeen(@Nullable Seen seen, Set<Seen> suspects) {
    if (seen != null) {
      suspects.add(seen);
    }
  }

  private void takeStacks(Set<Seen> suspects, Scene scene) {
    List<Seen> ofPlatform = new ArrayList<>();
    int taken = 0;
    for (Seen seen : suspects) {
      if (!seen.stack.isEmpty() || taken >= mostStacks) {
        continue;
      }
      taken++;
      if (seen.virtual) {
        seen.stack = stacks.of(seen.thread.getStackTrace());
      } else {
        ofPlatform.add(seen);
      }
    }
    platform.takeStacks(ofPlatform, stacks);
    for (Seen seen : scene.threads()) {
      Standing now = standing.get(seen.id);
      if (now != null && now.stack().isEmpty() && !seen.stack.isEmpty()) {
        standing.put(seen.id, new Standing(now.waitKey(), now.since(), seen.stack));
      }
    }
  }

  /*
   * Thread.join waits to be notified on the Thread object, and ends when that thread does. Only the
   * stack tells it from any other wait on that object. A thread that waits for its own end only
   * means to stay, as a main does whose daemons work.
   */
  private static void findJoins(Scene scene, List<Thread> threads, Set<String> kinds) {
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (resource == null || !isThreadObject(resource, kinds) || !inJoin(seen.stack)) {
        continue;
      }
      Thread target = PlatformThreads.threadNamed(resource.id(), threads);
      if (target != null && target != seen.thread) {
        scene.put(
            new Resource(
                resource.id(),
                ResourceKind.THREAD_END,
                resource.className(),
                resource.site(),
                Release.owner(ThreadIds.of(target))));
      }
    }
  }

  private static boolean isThreadObject(@Nullable Resource resource, Set<String> kinds) {
    return resource != null
        && resource.kind() == ResourceKind.NOTIFICATION
        && kinds.contains(resource.className());
  }

  private static boolean inJoin(List<String> stack) {
    return stack.stream().limit(4).anyMatch(frame -> frame.startsWith("java.lang.Thread.join("));
  }

  private void learnSites(Scene scene) {
    for (Seen seen : scene.threads()) {
      if (seen.resource != null && !seen.stack.isEmpty()) {
        sites.learn(seen.resource, Frames.ownFrame(seen.stack));
      }
    }
  }

  private Observation observation(Scene scene, Instant now, long nanos) {
    List<LockActivity> activity = new ArrayList<>(ledger.activity());
    activity.addAll(otherActivity.get());
    return new Observation(
        jvm,
        now,
        scene.threads().stream()
            .filter(seen -> !seen.ofTheJvm || !seen.stack.isEmpty())
            .map(Seen::toObserved)
            .toList(),
        scene.resources(),
        distinct(scene.pools()),
        activity,
        limits(),
        List.of(),
        virtual.schedulerState(),
        happenings.read(history, nanos));
  }

  /** Two pools of one class with the same identity hash are one in two billion; the first wins. */
  private static List<ExecutorState> distinct(List<Pool> pools) {
    Map<String, ExecutorState> byId = new LinkedHashMap<>();
    pools.forEach(pool -> byId.putIfAbsent(pool.state().id(), pool.state()));
    return List.copyOf(byId.values());
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>(otherLimits.get());
    if (virtual.limited() || monitors.limited()) {
      limits.add("some virtual threads: there were more than one look takes in");
    }
    if (VirtualThreads.exist() && !virtual.tracked()) {
      limits.add(
          "virtual threads that were started one by one: run with -Djdk.trackAllThreads=true");
    }
    if (VirtualThreads.exist() && !Snapshot.available()) {
      limits.add("monitors of virtual threads: JDK 25 tells them");
    }
    if (classInits.limited()) {
      limits.add("whether threads wait for a class that is initialised: too many stacks to print");
    }
    if (pools.unseen() > 0) {
      limits.add("%d executors of an unknown kind".formatted(pools.unseen()));
    }
    if (WaitTable.dropped() > 0 || ExecutorTable.dropped() > 0) {
      limits.add("waits or executors beyond the room that the agent keeps for them");
    }
    return limits;
  }
}
