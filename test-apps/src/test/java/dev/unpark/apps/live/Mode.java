package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.apps.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One failure mode, and what must be said of it.
 *
 * @param inTime from the fault to its finding; tells found from missed where many JVMs start at
 *     once, and is no measurement
 * @param threads names of threads that must take part, of possibly more
 * @param also a finding that may stand beside it, of what follows from it elsewhere; or empty
 * @param check what else must be in the finding
 */
record Mode(
    Scenario scenario, Duration inTime, Set<String> threads, String also, Consumer<Told> check) {
  private static final Duration OF_A_KNOT = Duration.ofSeconds(30);
  private static final Duration OF_A_TREND = Duration.ofSeconds(60);
  private static final String LOCK = "java.util.concurrent.locks.ReentrantLock";
  private static final String WALLET = "dev.unpark.apps.payments.PaymentsDeadlockVirtual$Wallet";

  /** Those that take longest to be told come first; who burns the processors comes last. */
  static final List<Mode> ALL =
      List.of(
          trend(Scenario.LEAKY_UPLOADS),
          trend(Scenario.TIMER_PER_ORDER),
          trend(Scenario.FIXED_RETRIES),
          trend(Scenario.COLD_CACHE, "visitor-1", "visitor-30"),
          trend(Scenario.DEAD_PRODUCER, "printer-1", "printer-2", "printer-3"),
          trend(Scenario.COMMON_POOL_CALLS).besides("pool-exhaustion"),
          trend(Scenario.SLOW_DEPENDENCY).checked(Mode::namesTheSlowCall),
          trend(Scenario.LEDGER_CONVOY).checked(Mode::namesLockAndLine),
          trend(Scenario.SLOW_EXPORT, "nightly-export", "customer-1", "customer-8"),
          trend(Scenario.URGENT_FIRST).besides("pool-exhaustion"),
          trend(Scenario.INVERTED_PRIORITY, "alarm", "report"),
          trend(Scenario.BLOCKED_LOOP),
          trend(Scenario.PINNED_CARRIERS),
          hang(Scenario.PAYMENTS_DEADLOCK, "payment-rent", "payment-wages")
              .checked(Mode::provesTheRing),
          hang(Scenario.PAYMENTS_DEADLOCK_VIRTUAL, "wallet-save", "wallet-spend")
              .checked(Mode::provesTheVirtualRing),
          hang(Scenario.PRICING_STARVATION, "pricing-1", "pricing-2", "pricing-3", "pricing-4")
              .checked(Mode::provesTheStarvation),
          trend(Scenario.LATCH_IN_POOL, "batch-1", "batch-2", "batch-3", "batch-4"),
          hang(Scenario.READ_LOCK_UPGRADE, "editor-1", "editor-2"),
          hang(Scenario.CLASS_INITIALISERS, "price-loader", "tax-loader"),
          hang(Scenario.FUTURES_OF_ONE_POOL, "planner-1", "planner-2", "planner-3"),
          hang(Scenario.NESTED_CONNECTIONS, "clerk-1", "clerk-2", "clerk-3", "clerk-4", "clerk-5"),
          trend(Scenario.TICKET_RUSH),
          trend(Scenario.IMAGE_PIPELINE),
          trend(Scenario.NIGHTLY_BATCH),
          trend(Scenario.PAYMENTS_BETWEEN_SERVICES).besides("stuck-thread"),
          trend(Scenario.ORDER_STREAM),
          trend(Scenario.PAYMENTS_IN_POSTGRES).checked(Mode::namesDatabaseAndLine),
          trend(Scenario.REFUSED_ORDERS),
          trend(Scenario.OPEN_BREAKER),
          trend(Scenario.THRASHING_POOL).checked(Mode::namesThePool),
          trend(Scenario.STALE_RETRY));

  /** All of them, or those that {@code -Dunpark.modes=NAME,NAME} names. */
  static List<Mode> chosen() {
    List<String> names = List.of(System.getProperty("unpark.modes", "").split(","));
    return names.equals(List.of(""))
        ? ALL
        : ALL.stream().filter(mode -> names.contains(mode.scenario().label())).toList();
  }

  private static Mode hang(Scenario scenario, String... threads) {
    return new Mode(scenario, OF_A_KNOT, Set.of(threads), "", told -> {});
  }

  private static Mode trend(Scenario scenario, String... threads) {
    return new Mode(scenario, OF_A_TREND, Set.of(threads), "", told -> {});
  }

  private Mode checked(Consumer<Told> further) {
    return new Mode(scenario, inTime, threads, also, further);
  }

  private Mode besides(String other) {
    return new Mode(scenario, inTime, threads, other, check);
  }

  /** The runbook of its finding or its sign, whose name its alerts bear. */
  String trouble() {
    return scenario.runbook().orElseThrow();
  }

  /** Whether it needs a server that not every machine has. */
  boolean needsPostgres() {
    return scenario == Scenario.PAYMENTS_IN_POSTGRES;
  }

  /** Whether it takes all processor time that it gets, so that nothing else can be judged then. */
  boolean burns() {
    return scenario == Scenario.STALE_RETRY;
  }

  private static void provesTheRing(Told told) {
    assertThat(told.isProven()).isTrue();
    assertThat(told.json().path("severity").asText()).isEqualTo("critical");
    assertThat(told.lockClasses()).isEqualTo(Map.of("payment-rent", LOCK, "payment-wages", LOCK));
    assertThat(told.owners())
        .isEqualTo(Map.of("payment-rent", "payment-wages", "payment-wages", "payment-rent"));
    assertThat(told.stackOf("payment-rent"))
        .anyMatch(frame -> frame.contains("TransferService.transfer"));
  }

  private static void provesTheVirtualRing(Told told) {
    assertThat(told.isProven()).isTrue();
    assertThat(told.lockClasses()).isEqualTo(Map.of("wallet-save", WALLET, "wallet-spend", WALLET));
    assertThat(told.owners())
        .isEqualTo(Map.of("wallet-save", "wallet-spend", "wallet-spend", "wallet-save"));
    assertThat(told.members())
        .allMatch(member -> member.path("thread").path("virtual").asBoolean());
  }

  private static void provesTheStarvation(Told told) {
    assertThat(told.isProven()).isTrue();
    assertThat(told.json().path("severity").asText()).isEqualTo("critical");
    assertThat(told.members()).hasSize(4);
    assertThat(told.executor().path("name").asText()).isEqualTo("pricing-#");
    assertThat(told.executor().path("limit").asInt()).isEqualTo(4);
    assertThat(told.stackOf("pricing-1")).anyMatch(frame -> frame.contains("QuoteService.price"));
  }

  private static void namesDatabaseAndLine(Told told) {
    assertThat(told.headline()).startsWith("postgresql ended ").contains("PaymentsInPostgres.book");
  }

  private static void namesThePool(Told told) {
    assertThat(told.headline()).startsWith("pool \"price-#\" was made larger ");
    assertThat(told.executor().path("name").asText()).isEqualTo("price-#");
  }

  private static void namesTheSlowCall(Told told) {
    assertThat(told.isProven()).isFalse();
    assertThat(told.executor().path("name").asText()).isEqualTo("orders-#");
    assertThat(told.headline()).contains("SlowDependency.handle");
  }

  private static void namesLockAndLine(Told told) {
    assertThat(told.isProven()).isFalse();
    assertThat(told.resource().path("class").asText()).isEqualTo(LOCK);
    assertThat(told.headline()).contains("Journal.post");
  }
}
