package dev.unpark.collector.fleet;

import dev.unpark.collector.series.SeriesBudget;
import dev.unpark.collector.series.SeriesStore;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every JVM that reports.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> a JVM beyond the limit gets
 * no state until another has been forgotten; of more than there is time for some are looked at and
 * the others are not; an observation beyond what the workers hold is refused.
 */
public final class Fleet {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
  private static final long ALL_RUNS = Runtime.getRuntime().maxMemory() / 16 / 16;
  private static final int MOST_RUNS = 60_000;

  /** What the collector itself takes of the heap, whoever reports to it. */
  private static final long OWN = 64 << 20;

  private static final long ALL_LOOKS = roomForLooks(Runtime.getRuntime().maxMemory());

  private final Map<JvmKey, WatchedJvm> jvms = new ConcurrentHashMap<>();
  private final Workers workers;
  private final int maxJvms;
  private final Duration silence;
  private final Clock clock;
  private final SeriesBudget budget;
  private final LookMemory.Budget memory;
  private final int maxSeriesPerJvm;
  private final Supplier<Diagnostician> newDiagnostician;
  private final FleetListener listener;
  private final Turnout turnout = new Turnout();
  private boolean choosing;

  /**
   * @param workers who diagnose
   * @param maxJvms how many JVMs are watched at most
   * @param silence after which a JVM is forgotten, and a series that is no longer sent
   * @param clock ours, one that goes on evenly; what a JVM says of the time decides nothing here
   * @param budget how many series all JVMs have together at most
   * @param maxSeriesPerJvm how many one has at most
   * @param newDiagnostician makes the diagnosis of a new JVM
   * @param listener hears what happens
   */
  public Fleet(
      Workers workers,
      int maxJvms,
      Duration silence,
      Clock clock,
      SeriesBudget budget,
      int maxSeriesPerJvm,
      Supplier<Diagnostician> newDiagnostician,
      FleetListener listener) {
    this(
        workers,
        maxJvms,
        silence,
        clock,
        budget,
        new LookMemory.Budget(ALL_LOOKS),
        maxSeriesPerJvm,
        newDiagnostician,
        listener);
  }

  Fleet(
      Workers workers,
      int maxJvms,
      Duration silence,
      Clock clock,
      SeriesBudget budget,
      LookMemory.Budget memory,
      int maxSeriesPerJvm,
      Supplier<Diagnostician> newDiagnostician,
      FleetListener listener) {
    this.workers = workers;
    this.maxJvms = maxJvms;
    this.silence = silence;
    this.clock = clock;
    this.budget = budget;
    this.memory = memory;
    this.maxSeriesPerJvm = maxSeriesPerJvm;
    this.newDiagnostician = newDiagnostician;
    this.listener = listener;
  }

  /**
   * The JVM of that identity, new when it has not reported before; empty when there are too many.
   *
   * @param resource attributes of its OTLP resource, as text
   */
  public Optional<WatchedJvm> reporting(JvmIdentity identity, Map<String, String> resource) {
    return reporting("", Integer.MAX_VALUE, identity, resource);
  }

  /**
   * The JVM of that identity, when it is the tenant's; empty when it is another's, or there are too
   * many.
   *
   * @param tenant who says that it is his
   * @param maxOfTenant how many JVMs he may have
   */
  public Optional<WatchedJvm> reporting(
      String tenant, int maxOfTenant, JvmIdentity identity, Map<String, String> resource) {
    JvmKey key = JvmKey.of(identity);
    Instant now = clock.instant();
    WatchedJvm jvm = jvms.get(key);
    if (jvm == null) {
      jvm = admit(key, tenant, maxOfTenant, identity, now);
    }
    if (jvm == null || !jvm.tenant().equals(tenant)) {
      return Optional.empty();
    }
    jvm.received(now, resource);
    return Optional.of(jvm);
  }

  private synchronized @Nullable WatchedJvm admit(
      JvmKey key, String tenant, int maxOfTenant, JvmIdentity identity, Instant now) {
    WatchedJvm known = jvms.get(key);
    if (known != null || jvms.size() >= maxJvms) {
      return known;
    }
    if (maxOfTenant < maxJvms
        && jvms.values().stream().filter(jvm -> jvm.tenant().equals(tenant)).count()
            >= maxOfTenant) {
      return null;
    }
    WatchedJvm jvm =
        new WatchedJvm(
            tenant,
            identity,
            now,
            new SeriesStore(budget, maxSeriesPerJvm),
            new LookMemory(memory),
            newDiagnostician,
            this::runsPerJvm,
            listener);
    jvms.put(key, jvm);
    listener.jvmAppeared(identity);
    return jvm;
  }

  /**
   * Has an observation diagnosed, after those of the same JVM that were offered before.
   *
   * @param sender the JVM as this very request names it
   * @param request bytes of which those from {@code from} up to {@code to} are the event's body;
   *     they are kept until its turn has come
   * @return false when there is no room: to be sent again
   */
  public boolean offer(WatchedJvm jvm, JvmIdentity sender, byte[] request, int from, int to) {
    long arrived = System.nanoTime();
    return workers.offer(
        JvmKey.of(sender),
        to - from,
        () -> {
          try {
            jvm.observe(sender, request, from, to, arrived);
          } catch (RuntimeException | StackOverflowError fault) {
            LOG.atError()
                .addKeyValue("service", sender.service())
                .addKeyValue("instance", sender.instance())
                .setCause(fault)
                .log("internal fault while diagnosing an observation");
            listener.observationDropped(sender, DropReason.INTERNAL, fault.toString());
          }
        });
  }

  /**
   * Sees to it that no more JVMs are looked at than there is time for. To be called once a second,
   * by one thread.
   */
  public void balance() {
    balance(workers.standing());
  }

  void balance(long standing) {
    long most = turnout.next(standing, memory.seen(), jvms.size());
    memory.mostInTime(most);
    if (choosing != (most < Turnout.ALL)) {
      choosing = !choosing;
      LOG.atWarn()
          .addKeyValue("jvms", jvms.size())
          .log(
              choosing
                  ? "more comes than can be diagnosed: some JVMs are told to come back later"
                  : "all JVMs can be diagnosed again");
    }
    long surplus = memory.seen() - most;
    if (surplus > 0) {
      // Nobody in whom something is wrong; first who takes far more time than others, then who came
      // last.
      jvms.values().stream()
          .filter(jvm -> jvm.isSeen() && jvm.open().isEmpty())
          .sorted(
              Comparator.comparing(WatchedJvm::takesLong)
                  .thenComparing(WatchedJvm::firstReceived)
                  .reversed())
          .limit(surplus)
          .forEach(jvm -> workers.offer(JvmKey.of(jvm.identity()), 0, jvm::stepBack));
    }
  }

  /** Forgets the JVMs and series that have been silent for too long. To be called now and then. */
  public void forgetSilent() {
    Instant horizon = clock.instant().minus(silence);
    jvms.forEach(
        (key, jvm) -> {
          jvm.series().expire(horizon);
          if (jvm.lastReceived().isBefore(horizon)) {
            workers.offer(key, 0, () -> forgetIfStillSilent(key, jvm, horizon));
          }
        });
  }

  private void forgetIfStillSilent(JvmKey key, WatchedJvm jvm, Instant horizon) {
    if (jvm.lastReceived().isBefore(horizon) && jvms.remove(key, jvm)) {
      jvm.forget();
      listener.jvmForgotten(jvm.identity());
    }
  }

  /** Every JVM, by service and instance. */
  public List<WatchedJvm> jvms() {
    return jvms.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  /**
   * What looks may take of a heap, in bytes: two thirds of what the collector does not need for
   * itself. Of a small heap a fixed share would leave too little for everything else.
   */
  static long roomForLooks(long heap) {
    return Math.max(heap / 8, (heap - OWN) / 3 * 2);
  }

  /** How many runs of lanes a JVM may have, so that those of all fit in a sixteenth of the heap. */
  private int runsPerJvm() {
    return (int) Math.min(MOST_RUNS, ALL_RUNS / Math.max(1, jvms.size()));
  }

  /** The JVM of that {@link WatchedJvm#id()}. */
  public Optional<WatchedJvm> find(String id) {
    return jvms.values().stream().filter(jvm -> jvm.id().equals(id)).findFirst();
  }

  /** Every finding that is open, as it was told. */
  public List<Finding> openFindings() {
    return jvms.values().stream().flatMap(jvm -> jvm.open().stream()).map(Concise::of).toList();
  }

  /** How many JVMs of a service report. */
  public long size(String service) {
    return jvms.keySet().stream().filter(key -> key.service().equals(service)).count();
  }

  public int size() {
    return jvms.size();
  }
}
