package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Eight thousand threads in the shapes that invite to walk all of them for each of them. Nothing is
 * measured: what is linear takes a second, what is not takes many minutes.
 */
@Timeout(60)
class LargeLooksTest {
  private static final int THREADS = 8_000;
  private static final int MOST_LINES = 60;
  private static final int MOST_FINDINGS = 400;
  private static final String POST = "shop.Ledger.post(Ledger.java:40)";

  /** What all detectors say of four live looks, and of four dumps. */
  private static List<Finding> examine(IntFunction<Scene> look) {
    List<Finding> findings = new ArrayList<>();
    for (boolean dumped : List.of(false, true)) {
      Diagnostician diagnostician =
          dumped ? Diagnostician.ofDumps(KnownStacks.standard()) : new Diagnostician();
      for (int i = 0; i < 4; i++) {
        Scene scene = look.apply(i);
        diagnostician.observe(dumped ? scene.dumped(i * 2_000L) : scene.at(i * 2_000L));
      }
      findings.addAll(diagnostician.active());
    }
    assertThat(findings).hasSizeLessThan(MOST_FINDINGS);
    assertThat(findings)
        .allSatisfy(
            finding -> {
              assertThat(finding.explanation()).hasSizeLessThan(MOST_LINES);
              assertThat(finding.participants()).hasSizeLessThanOrEqualTo(200);
            });
    return findings;
  }

  @Test
  void givenManyLocksWithAQueueEach_whenExamined_thenItEnds() {
    Scene scene = new Scene();
    for (int i = 0; i < THREADS; i += 5) {
      scene.rests(i, "owner-" + i, "java.lang.Thread.sleep(Thread.java)", POST).lock("L" + i, i);
      for (int j = 1; j < 5; j++) {
        scene.thread(urgent(i + j, "L" + i));
      }
    }

    assertThat(examine(look -> scene)).extracting(Finding::type).contains("long-hold");
  }

  private static ObservedThread urgent(long id, String lock) {
    return ObservedThread.live(
            id,
            "urgent-" + id,
            false,
            ThreadState.WAITING,
            new Wait(lock, false, "1", null),
            List.of(POST))
        .with(new ThreadTraits(9, false, ThreadTraits.UNKNOWN_CPU, ThreadTraits.NO_CARRIER));
  }

  @Test
  void givenOneLockWithAllThreadsBehindIt_whenExamined_thenItEnds() {
    Scene scene =
        new Scene().rests(0, "owner", "java.lang.Thread.sleep(Thread.java)", POST).lock("L", 0);
    for (int i = 1; i < THREADS; i++) {
      scene.thread(urgent(i, "L"));
    }

    assertThat(examine(look -> scene)).extracting(Finding::type).contains("long-hold");
  }

  @Test
  void givenOneLockWithAllThreadsBehindItForLong_whenLookedAtAgainAndAgain_thenItEnds() {
    Diagnostician diagnostician = new Diagnostician();
    for (int look = 0; look < 40; look++) {
      Scene scene = new Scene().lock("L", look % 2).rests(0, "a", "a.B.c(B.java)", POST);
      scene.rests(1, "b", "java.lang.Thread.sleep(Thread.java)", POST);
      for (int i = 2; i < THREADS; i++) {
        scene.thread(urgent(i, "L"));
      }
      diagnostician.observe(scene.at(look * 1_000L));
    }

    assertThat(diagnostician.active()).extracting(Finding::type).contains("lock-starvation");
  }

  @Test
  void givenALongChainOfLocks_whenExamined_thenItEnds() {
    Scene scene = new Scene().rests(0, "owner", "java.lang.Thread.sleep(Thread.java)", POST);
    for (int i = 1; i < THREADS; i++) {
      scene.waits(i, "t-" + i, "L" + (i - 1), "1", false, POST).lock("L" + (i - 1), i - 1);
    }

    assertThat(examine(look -> scene))
        .extracting(Finding::type)
        .containsOnly("long-hold")
        .hasSize(2);
  }

  @Test
  void givenManySemaphores_whenExamined_thenItEnds() {
    Scene scene = new Scene();
    for (int i = 0; i < THREADS; i++) {
      scene
          .waits(i, "asker-" + i, "S" + i / 4, "1", false, "shop.Pool" + i / 4 + ".take(P.java:1)")
          .unknown("S" + i / 4, ResourceKind.SEMAPHORE);
    }

    assertThat(examine(look -> scene)).isNotEmpty();
  }

  @Test
  void givenManySetsOfWaiters_whenNobodyWorks_thenItEnds() {
    Scene scene = new Scene();
    for (int i = 0; i < THREADS; i += 2) {
      String shelf = "shop.Shelf" + i;
      scene
          .waits(i, "taker-" + i, "C" + i, "1", false, shelf + ".take(Shelf.java:1)")
          .waits(i + 1, "filler-" + i, "C" + i, "1", false, shelf + ".put(Shelf.java:2)")
          .unknown("C" + i, ResourceKind.CONDITION);
    }

    assertThat(examine(look -> scene)).extracting(Finding::type).contains("lost-wakeup");
  }

  @Test
  void givenManyKindsThatGrow_whenExamined_thenItEnds() {
    List<Finding> findings =
        examine(
            look -> {
              Scene scene = new Scene();
              for (int i = 0; i < 100 * (100 + 40 * look); i++) {
                String kind = "kind-" + (char) ('a' + i % 10) + (char) ('a' + i / 10 % 10) + "-";
                scene.rests(i, kind + i, "java.lang.Thread.sleep(Thread.java)", POST);
              }
              return scene;
            });

    assertThat(findings).extracting(Finding::type).contains("thread-leak");
  }
}
