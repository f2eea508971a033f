package dev.unpark.apps;

import dev.unpark.apps.batch.NightlyBatch;
import dev.unpark.apps.burst.TicketRush;
import dev.unpark.apps.ledger.LedgerConvoy;
import dev.unpark.apps.mode.BlockedLoop;
import dev.unpark.apps.mode.ClassInitialisers;
import dev.unpark.apps.mode.ColdCache;
import dev.unpark.apps.mode.CommonPoolCalls;
import dev.unpark.apps.mode.DeadProducer;
import dev.unpark.apps.mode.FixedRetries;
import dev.unpark.apps.mode.FuturesOfOnePool;
import dev.unpark.apps.mode.InvertedPriority;
import dev.unpark.apps.mode.LatchInPool;
import dev.unpark.apps.mode.LeakyUploads;
import dev.unpark.apps.mode.NestedConnections;
import dev.unpark.apps.mode.OpenBreaker;
import dev.unpark.apps.mode.PinnedCarriers;
import dev.unpark.apps.mode.RefusedOrders;
import dev.unpark.apps.mode.SlowExport;
import dev.unpark.apps.mode.StaleRetry;
import dev.unpark.apps.mode.ThrashingPool;
import dev.unpark.apps.mode.TimerPerOrder;
import dev.unpark.apps.mode.UpgradedReadLocks;
import dev.unpark.apps.mode.UrgentFirst;
import dev.unpark.apps.mutual.PaymentsBetweenServices;
import dev.unpark.apps.orders.SlowDependency;
import dev.unpark.apps.payments.PaymentsDeadlock;
import dev.unpark.apps.payments.PaymentsDeadlockVirtual;
import dev.unpark.apps.pipeline.ImagePipeline;
import dev.unpark.apps.postgres.PaymentsInPostgres;
import dev.unpark.apps.pricing.PricingStarvation;
import dev.unpark.apps.shop.HealthyServer;
import dev.unpark.apps.stream.OrderStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every program with the fault that it has. The name on the command line is the label. */
public enum Scenario {
  PRICING_STARVATION(
      "pricing-starvation",
      PricingStarvation.class,
      17,
      "starvation-deadlock",
      "a pool whose tasks wait for tasks of the same pool"),
  PAYMENTS_DEADLOCK(
      "payments-deadlock",
      PaymentsDeadlock.class,
      17,
      "deadlock",
      "two payments lock the same two accounts in opposite order"),
  PAYMENTS_DEADLOCK_VIRTUAL(
      "payments-deadlock-virtual",
      PaymentsDeadlockVirtual.class,
      21,
      "deadlock",
      "the same with virtual threads and monitors"),
  SLOW_DEPENDENCY(
      "slow-dependency",
      SlowDependency.class,
      17,
      "pool-exhaustion",
      "all workers of a pool wait for one slow HTTP service"),
  LEDGER_CONVOY(
      "ledger-convoy",
      LedgerConvoy.class,
      17,
      "lock-convoy",
      "twelve threads stand in a queue for one journal"),
  SLOW_EXPORT(
      "slow-export",
      SlowExport.class,
      17,
      "long-hold",
      "a catalogue is locked while it is sent to a slow partner"),
  READ_LOCK_UPGRADE(
      "read-lock-upgrade",
      UpgradedReadLocks.class,
      17,
      "deadlock",
      "two editors ask for the write lock while they hold the read lock"),
  CLASS_INITIALISERS(
      "class-initialisers",
      ClassInitialisers.class,
      17,
      "deadlock",
      "two classes whose static initialisers need each other"),
  FUTURES_OF_ONE_POOL(
      "futures-of-one-pool",
      FuturesOfOnePool.class,
      17,
      "starvation-deadlock",
      "stages join stages that run in the same bounded pool"),
  LATCH_IN_POOL(
      "latch-in-pool",
      LatchInPool.class,
      17,
      "starvation-deadlock",
      "batches wait on a latch for parts that are queued in their own pool"),
  NESTED_CONNECTIONS(
      "nested-connections",
      NestedConnections.class,
      17,
      "resource-pool-starvation",
      "orders borrow a second connection from the pool that gave them the first"),
  DEAD_PRODUCER(
      "dead-producer",
      DeadProducer.class,
      17,
      "orphaned-wait",
      "printers wait for pages of a producer that has died"),
  FIXED_RETRIES(
      "fixed-retries",
      FixedRetries.class,
      17,
      "thundering-herd",
      "sixty clients that try again at the same moment, wave after wave"),
  REFUSED_ORDERS(
      "refused-orders",
      RefusedOrders.class,
      17,
      "backpressure-collapse",
      "whoever is refused by a full pool asks again at once"),
  OPEN_BREAKER(
      "open-breaker",
      OpenBreaker.class,
      17,
      new Sign("backpressure-collapse", "unpark_breaker_state", "state=\"open\""),
      "a breaker stays open and turns payments away, since the bank has gone away"),
  TIMER_PER_ORDER(
      "timer-per-order",
      TimerPerOrder.class,
      17,
      "thread-leak",
      "every order leaves a timer and its thread behind"),
  COLD_CACHE(
      "cold-cache",
      ColdCache.class,
      17,
      "cache-stampede",
      "everybody waits for one entry of a cache to be loaded"),
  STALE_RETRY(
      "stale-retry",
      StaleRetry.class,
      17,
      "livelock",
      "an optimistic update retries for ever with a stale value"),
  INVERTED_PRIORITY(
      "inverted-priority",
      InvertedPriority.class,
      17,
      "priority-inversion",
      "an alarm of high priority waits for a lock of a report of low priority"),
  URGENT_FIRST(
      "urgent-first",
      UrgentFirst.class,
      17,
      new Sign("priority-inversion", "unpark_executor_queue_oldest_age_seconds", "orders-#"),
      "urgent orders keep coming, and those that can wait never get their turn"),
  LEAKY_UPLOADS(
      "leaky-uploads",
      LeakyUploads.class,
      17,
      "thread-leak",
      "every upload leaves an executor and its thread behind"),
  COMMON_POOL_CALLS(
      "common-pool-calls",
      CommonPoolCalls.class,
      17,
      "common-pool-blocked",
      "slow calls in the pool that the whole JVM shares"),
  BLOCKED_LOOP(
      "blocked-loop",
      BlockedLoop.class,
      17,
      "event-loop-blocked",
      "a handler of an event loop waits for a slow service"),
  PINNED_CARRIERS(
      "pinned-carriers",
      PinnedCarriers.class,
      21,
      "carrier-starvation",
      "virtual threads wait in a static initialiser, and hold all carriers"),
  PAYMENTS_IN_POSTGRES(
      "payments-in-postgres",
      PaymentsInPostgres.class,
      17,
      "database-deadlock",
      "payments that deadlock in a real PostgreSQL, which ends one of each two"),
  THRASHING_POOL(
      "thrashing-pool",
      ThrashingPool.class,
      17,
      "pool-resize-thrash",
      "a pool whose scaler undoes its own decisions"),
  TICKET_RUSH(
      "ticket-rush",
      TicketRush.class,
      17,
      "pool-exhaustion",
      "a public API, with Tomcat, pool and database, on which everybody wants the same thing"),
  IMAGE_PIPELINE(
      "image-pipeline",
      ImagePipeline.class,
      17,
      "pool-exhaustion",
      "thumbnails, a dozen at once, that all count in one row of a database"),
  NIGHTLY_BATCH(
      "nightly-batch",
      NightlyBatch.class,
      17,
      new Sign("resource-pool-starvation", "db_client_connection_pending_requests", "accounts"),
      "a batch swept over its parallelism, that goes on with too much of it"),
  PAYMENTS_BETWEEN_SERVICES(
      "payments-between-services",
      PaymentsBetweenServices.class,
      17,
      "pool-exhaustion",
      "two services that call each other until neither has a worker left"),
  ORDER_STREAM(
      "order-stream",
      OrderStream.class,
      17,
      new Sign("consumer-lag", "kafka_consumer_records_lag_max", "shipping"),
      "a consumer of a real Kafka broker that falls behind"),
  HEALTHY_SERVER(
      "healthy-server", HealthyServer.class, 17, "", "a web shop under load, with no fault");

  /**
   * What a fault shows where it leaves no thread waiting, so that there is no finding.
   *
   * @param trouble name of the runbook, and of the alert's signature
   * @param metric grows from 0
   * @param label of the series that grows
   */
  public record Sign(String trouble, String metric, String label) {}

  private final String label;
  private final Class<?> mainClass;
  private final int minJdk;
  private final String finding;
  private final @Nullable Sign sign;
  private final String summary;

  Scenario(String label, Class<?> mainClass, int minJdk, Sign sign, String summary) {
    this(label, mainClass, minJdk, "", sign, summary);
  }

  Scenario(String label, Class<?> mainClass, int minJdk, String finding, String summary) {
    this(label, mainClass, minJdk, finding, null, summary);
  }

  Scenario(
      String label,
      Class<?> mainClass,
      int minJdk,
      String finding,
      @Nullable Sign sign,
      String summary) {
    this.label = label;
    this.mainClass = mainClass;
    this.minJdk = minJdk;
    this.finding = finding;
    this.sign = sign;
    this.summary = summary;
  }

  public String label() {
    return label;
  }

  public Class<?> mainClass() {
    return mainClass;
  }

  /** The oldest JDK that can run it: the feature number, as in 17. */
  public int minJdk() {
    return minJdk;
  }

  /** What it shows instead of a finding; empty for most. */
  public Optional<Sign> sign() {
    return Optional.ofNullable(sign);
  }

  /** Whether it has a fault, which {@code --healthy} mends. */
  public boolean isFaulty() {
    return finding().isPresent() || sign().isPresent();
  }

  /** The runbook of its fault; empty when it has none. */
  public Optional<String> runbook() {
    return finding().or(() -> sign().map(Sign::trouble));
  }

  /** The type of the one finding that it must yield; empty when it must yield none. */
  public Optional<String> finding() {
    return finding.isEmpty() ? Optional.empty() : Optional.of(finding);
  }

  /**
   * Whether that finding must end up proven: a knot can be, a trend never, nor what rests on who
   * counted a latch down before, or who completes a future by hand. It may be suspected for one
   * look before.
   */
  public boolean isProvable() {
    return this != LATCH_IN_POOL
        && this != FUTURES_OF_ONE_POOL
        && (finding.equals("deadlock") || finding.equals("starvation-deadlock"));
  }

  /** Whether it starts a server beside itself: a database of its own, a broker. */
  public boolean needsServer() {
    return this == PAYMENTS_IN_POSTGRES || this == ORDER_STREAM;
  }

  /** What it is, in one line. */
  public String summary() {
    return summary;
  }

  public static Optional<Scenario> of(String label) {
    return Arrays.stream(values()).filter(scenario -> scenario.label.equals(label)).findFirst();
  }
}
