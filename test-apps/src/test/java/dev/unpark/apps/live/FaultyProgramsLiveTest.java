package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Jdk;
import dev.unpark.apps.launch.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each program with a fault, under the real agent, beside a real collector: what is said of it. */
@Tag("live")
class FaultyProgramsLiveTest {
  private static final Duration HANG = Duration.ofSeconds(30);
  private static final Duration OF_A_KNOT = Duration.ofSeconds(3);
  private static final Duration OF_A_TREND = Duration.ofSeconds(20);
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenTwoPaymentsInOppositeOrder_whenTheyHang_thenProvesTheDeadlock(int feature) {
    JsonNode finding = onlyFinding(feature, Scenario.PAYMENTS_DEADLOCK, OF_A_KNOT);

    assertThat(finding.path("type").asText()).isEqualTo("deadlock");
    assertThat(finding.path("certainty").asText()).isEqualTo("proven");
    assertThat(finding.path("severity").asText()).isEqualTo("critical");
    assertThat(lockClassWaitedForByMember(finding))
        .isEqualTo(
            Map.of(
                "payment-rent", "java.util.concurrent.locks.ReentrantLock",
                "payment-wages", "java.util.concurrent.locks.ReentrantLock"));
    assertThat(ownerOfLockWaitedForByMember(finding))
        .isEqualTo(Map.of("payment-rent", "payment-wages", "payment-wages", "payment-rent"));
    assertThat(stackOf(finding, "payment-rent"))
        .anyMatch(frame -> frame.contains("TransferService.transfer"));
  }

  @Test
  void givenTwoVirtualThreadsInOppositeOrder_whenTheyHang_thenProvesTheDeadlock() {
    JsonNode finding = onlyFinding(OnEachJdk.NEWEST, Scenario.PAYMENTS_DEADLOCK_VIRTUAL, OF_A_KNOT);

    assertThat(finding.path("type").asText()).isEqualTo("deadlock");
    assertThat(finding.path("certainty").asText()).isEqualTo("proven");
    assertThat(lockClassWaitedForByMember(finding))
        .isEqualTo(
            Map.of(
                "wallet-save", "dev.unpark.apps.payments.PaymentsDeadlockVirtual$Wallet",
                "wallet-spend", "dev.unpark.apps.payments.PaymentsDeadlockVirtual$Wallet"));
    assertThat(ownerOfLockWaitedForByMember(finding))
        .isEqualTo(Map.of("wallet-save", "wallet-spend", "wallet-spend", "wallet-save"));
    assertThat(members(finding))
        .allMatch(member -> member.path("thread").path("virtual").asBoolean());
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenAPoolWhoseTasksWaitForItsTasks_whenItHangs_thenProvesTheStarvation(int feature) {
    JsonNode finding = onlyFinding(feature, Scenario.PRICING_STARVATION, OF_A_KNOT);

    assertThat(finding.path("type").asText()).isEqualTo("starvation-deadlock");
    assertThat(finding.path("certainty").asText()).isEqualTo("proven");
    assertThat(finding.path("severity").asText()).isEqualTo("critical");
    assertThat(threadNames(members(finding)))
        .isEqualTo(Set.of("pricing-1", "pricing-2", "pricing-3", "pricing-4"));
    JsonNode pool = finding.path("executors").path(0);
    assertThat(pool.path("name").asText()).isEqualTo("pricing-#");
    assertThat(pool.path("limit").asInt()).isEqualTo(4);
    assertThat(stackOf(finding, "pricing-1"))
        .anyMatch(frame -> frame.contains("QuoteService.price"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenAPoolBehindASlowDependency_whenWorkPilesUp_thenNamesTheCallThatAllWaitAt(int feature) {
    JsonNode finding = onlyFinding(feature, Scenario.SLOW_DEPENDENCY, OF_A_TREND);

    assertThat(finding.path("type").asText()).isEqualTo("pool-exhaustion");
    assertThat(finding.path("certainty").asText()).isEqualTo("suspected");
    assertThat(finding.path("executors").path(0).path("name").asText()).isEqualTo("orders-#");
    assertThat(finding.path("headline").asText()).contains("SlowDependency.handle");
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {OnEachJdk.OLDEST, OnEachJdk.NEWEST})
  void givenManyThreadsThatQueueForOneLock_whenItGoesOn_thenNamesLockAndLine(int feature) {
    JsonNode finding = onlyFinding(feature, Scenario.LEDGER_CONVOY, OF_A_TREND);

    assertThat(finding.path("type").asText()).isEqualTo("lock-convoy");
    assertThat(finding.path("certainty").asText()).isEqualTo("suspected");
    assertThat(finding.path("resources").path(0).path("class").asText())
        .isEqualTo("java.util.concurrent.locks.ReentrantLock");
    assertThat(finding.path("headline").asText()).contains("Journal.post");
  }

  /**
   * Runs the program until its finding shows, checks that it shows in time, that it is about this
   * JVM, and that it stays the only one.
   */
  private static JsonNode onlyFinding(int feature, Scenario scenario, Duration inTime) {
    Jdk jdk = OnEachJdk.jdk(feature);
    try (Observatory observatory = new Observatory()) {
      Program program = observatory.watch(jdk, scenario);
      try {
        await()
            .atMost(HANG)
            .failFast("the program has ended", () -> !program.isAlive())
            .until(() -> program.faultReached().isPresent());
        Instant fault = program.faultReached().orElseThrow();
        await()
            .pollInterval(Duration.ofMillis(50))
            .atMost(inTime.plusSeconds(20))
            .until(() -> isSettled(observatory.findings(), scenario));
        Duration detection = Duration.between(fault, Instant.now());
        System.out.printf(
            "%s on JDK %s: found %d ms after the fault%n",
            scenario.label(), jdk.version(), detection.toMillis());
        assertThat(detection).isLessThan(inTime);
        await()
            .during(AFTERWARDS)
            .atMost(AFTERWARDS.multipliedBy(3))
            .untilAsserted(() -> assertThat(observatory.findings()).hasSize(1));

        JsonNode finding = observatory.findings().get(0);
        JsonNode jvm = finding.path("jvm");
        assertThat(jvm.path("service").asText()).isEqualTo(Observatory.service(jdk, scenario));
        assertThat(jvm.path("pid").asLong()).isEqualTo(program.pid());
        assertThat(scenario.finding()).contains(finding.path("type").asText());
        return finding;
      } catch (RuntimeException | Error e) {
        System.out.println(observatory.findings());
        System.out.println(observatory.outputs());
        throw e;
      }
    }
  }

  private static boolean isSettled(List<JsonNode> findings, Scenario scenario) {
    return !findings.isEmpty()
        && (!scenario.isProvable() || findings.get(0).path("certainty").asText().equals("proven"));
  }

  private static List<JsonNode> members(JsonNode finding) {
    return StreamSupport.stream(finding.path("participants").spliterator(), false)
        .filter(participant -> participant.path("role").asText().equals("member"))
        .toList();
  }

  private static Set<String> threadNames(List<JsonNode> participants) {
    return participants.stream().map(FaultyProgramsLiveTest::name).collect(Collectors.toSet());
  }

  private static Map<String, String> lockClassWaitedForByMember(JsonNode finding) {
    Map<String, String> classes = new TreeMap<>();
    for (JsonNode member : members(finding)) {
      classes.put(name(member), member.path("waitsFor").path("class").asText());
    }
    return classes;
  }

  private static Map<String, String> ownerOfLockWaitedForByMember(JsonNode finding) {
    Map<Long, String> names = new TreeMap<>();
    members(finding)
        .forEach(member -> names.put(member.path("thread").path("id").asLong(), name(member)));
    Map<String, String> owners = new TreeMap<>();
    for (JsonNode member : members(finding)) {
      long owner = member.path("waitsFor").path("heldBy").asLong();
      owners.put(name(member), names.getOrDefault(owner, "nobody of them"));
    }
    return owners;
  }

  private static List<String> stackOf(JsonNode finding, String thread) {
    return members(finding).stream()
        .filter(member -> name(member).equals(thread))
        .flatMap(member -> StreamSupport.stream(member.path("stack").spliterator(), false))
        .map(JsonNode::asText)
        .toList();
  }

  private static String name(JsonNode participant) {
    return participant.path("thread").path("name").asText();
  }
}
