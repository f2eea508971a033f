package dev.unpark.apps;

import dev.unpark.apps.ledger.LedgerConvoy;
import dev.unpark.apps.orders.SlowDependency;
import dev.unpark.apps.payments.PaymentsDeadlock;
import dev.unpark.apps.payments.PaymentsDeadlockVirtual;
import dev.unpark.apps.pricing.PricingStarvation;
import dev.unpark.apps.shop.HealthyServer;
import java.util.Arrays;
import java.util.Optional;

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
  HEALTHY_SERVER(
      "healthy-server", HealthyServer.class, 17, "", "a web shop under load, with no fault");

  private final String label;
  private final Class<?> mainClass;
  private final int minJdk;
  private final String finding;
  private final String summary;

  Scenario(String label, Class<?> mainClass, int minJdk, String finding, String summary) {
    this.label = label;
    this.mainClass = mainClass;
    this.minJdk = minJdk;
    this.finding = finding;
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

  /** The type of the one finding that it must yield; empty when it must yield none. */
  public Optional<String> finding() {
    return finding.isEmpty() ? Optional.empty() : Optional.of(finding);
  }

  /**
   * Whether that finding must end up proven: a knot can be, a trend never. It may be suspected for
   * one look before.
   */
  public boolean isProvable() {
    return finding.endsWith("deadlock");
  }

  /** What it is, in one line. */
  public String summary() {
    return summary;
  }

  public static Optional<Scenario> of(String label) {
    return Arrays.stream(values()).filter(scenario -> scenario.label.equals(label)).findFirst();
  }
}
