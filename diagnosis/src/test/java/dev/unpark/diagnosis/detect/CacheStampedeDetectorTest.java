package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheStampedeDetectorTest {
  private final Detector detector = new CacheStampedeDetector(Thresholds.DEFAULT);

  private List<Finding> examine(Observation... looks) {
    Timeline timeline = new Timeline(Duration.ofHours(1), 60);
    List.of(looks).forEach(timeline::add);
    return detector.examine(timeline);
  }

  private static final String COMPUTE =
      "java.util.concurrent.ConcurrentHashMap.computeIfAbsent(ConcurrentHashMap.java:1708)";
  private static final String GET = "shop.Prices.of(Prices.java:21)";
  private static final String LOAD = "shop.Prices.load(Prices.java:40)";
  private static final String READ = "sun.nio.ch.SocketDispatcher.read0(Native Method)";
  private static final String QUERY = "org.postgresql.core.v3.QueryExecutorImpl.execute(Q.java:3)";

  private static Scene waiters(int count, String... owner) {
    Scene scene = new Scene().stands(99, "http-99", ThreadState.RUNNABLE, owner);
    for (int i = 0; i < count; i++) {
      scene.waitsAs(i, "http-" + i, ThreadState.BLOCKED, "B", COMPUTE, GET);
    }
    return scene.monitor("B", "java.util.concurrent.ConcurrentHashMap$ReservationNode", 99);
  }

  private static Scene loaders(int count, String... stack) {
    Scene scene = new Scene();
    for (int i = 0; i < count; i++) {
      scene.stands(i, "http-" + i, ThreadState.RUNNABLE, stack);
    }
    return scene;
  }

  @Test
  void givenThreadsThatWaitForOneLoad_whenDumped_thenIsFoundWithTheLoader() {
    List<Finding> findings = examine(waiters(5, READ, QUERY, LOAD, COMPUTE, GET).dumped(0));

    assertThat(findings).hasSize(1);
    Finding finding = findings.get(0);
    assertThat(finding.headline())
        .isEqualTo("5 threads wait for one load of the cache at Prices.of(Prices.java:21)");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.participants()).extracting("role").startsWith(Role.HOLDER).hasSize(6);
    assertThat(finding.explanation())
        .anyMatch(reason -> reason.startsWith("http-99 holds it and waits for a database"));
    assertThat(finding.nextSteps()).hasSize(3);
  }

  @Test
  void givenWaitersForTheFutureOfACache_whenDumped_thenIsFoundWithoutAnOwner() {
    Scene scene = new Scene();
    for (int i = 0; i < 5; i++) {
      scene.waitsAs(
          i,
          "http-" + i,
          ThreadState.WAITING,
          "F",
          "com.google.common.util.concurrent.AbstractFuture.get(A.java:1)",
          "com.google.common.cache.LocalCache$Segment.waitForLoadingValue(L.java:2)",
          GET);
    }
    scene.unknown("F", ResourceKind.FUTURE);

    assertThat(examine(scene.dumped(0))).hasSize(1);
  }

  @Test
  void givenAQueueAtABusyBin_whenTheOwnerOnlyPasses_thenFindsNothing() {
    assertThat(examine(waiters(9, COMPUTE, GET).dumped(0))).isEmpty();
    assertThat(examine(waiters(9, "shop.Other.run(Other.java:1)").dumped(0))).isEmpty();
    assertThat(examine(waiters(4, LOAD, COMPUTE, GET).dumped(0))).isEmpty();
  }

  @Test
  void givenThreadsThatEachLoadForThemselves_whenDumped_thenIsFound() {
    List<Finding> known =
        examine(
            loaders(
                    5,
                    READ,
                    QUERY,
                    LOAD,
                    "org.springframework.cache.interceptor.CacheInterceptor.invoke(C.java:1)",
                    GET)
                .dumped(0));
    List<Finding> own =
        examine(
            loaders(5, READ, QUERY, "shop.PriceCache.refresh(PriceCache.java:8)", GET).dumped(0));

    assertThat(known)
        .hasSize(1)
        .first()
        .extracting(Finding::headline)
        .isEqualTo("5 threads load into the cache at Prices.load(Prices.java:40), each for itself");
    assertThat(own)
        .hasSize(1)
        .first()
        .extracting(Finding::headline)
        .isEqualTo(
            "5 threads load into the cache at PriceCache.refresh(PriceCache.java:8), each for itself");
    assertThat(own.get(0).participants()).extracting("role").containsOnly(Role.MEMBER).hasSize(5);
    assertThat(own.get(0).severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void givenLoadersSeenLive_whenTheyStandForASecond_thenFoundAndNotBefore() {
    Scene scene = loaders(5, READ, QUERY, "shop.PriceCache.refresh(PriceCache.java:8)", GET);

    assertThat(examine(scene.at(0), scene.at(900))).isEmpty();
    assertThat(examine(scene.at(0), scene.at(1000))).hasSize(1);
  }

  @Test
  void givenManyQueriesOfNoCache_whenExamined_thenFindsNothing() {
    assertThat(examine(loaders(9, READ, QUERY, LOAD, GET).dumped(0))).isEmpty();
    assertThat(examine(loaders(4, READ, QUERY, "shop.PriceCache.refresh(P.java:8)").dumped(0)))
        .isEmpty();
    assertThat(
            examine(
                loaders(
                        9,
                        READ,
                        QUERY,
                        LOAD,
                        GET,
                        "a.B.c(B.java:1)",
                        "shop.CachedConnectionValve.invoke(V.java:1)")
                    .dumped(0)))
        .isEmpty();
    assertThat(examine(loaders(9, "shop.PriceCache.get(P.java:8)", GET).dumped(0))).isEmpty();
  }

  @Test
  void givenReadersOfARemoteCache_whenItAnswersSlowly_thenNobodyLoads() {
    String get = "redis.clients.jedis.Jedis.get(Jedis.java:318)";

    assertThat(examine(loaders(9, READ, get, "shop.CartCache.find(CartCache.java:8)").dumped(0)))
        .isEmpty();
  }
}
