package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WaitProfileTest {
  private static final long TENTH = 100_000_000L;
  private final WaitProfile profile = new WaitProfile(new Random(1));

  @Test
  void givenManyWaitersAtTwoPlaces_whenAFewAreDrawn_thenTheSumsAreWhatAllOfThemWaited() {
    Scene scene = scene();
    Resource lock = lock(scene, "lock-1", ResourceKind.REENTRANT_LOCK, new Release.Unknown());
    for (int i = 0; i < 100; i++) {
      waiter(scene, lock, i < 90 ? "Ledger.post(Ledger.java:31)" : "Ledger.close(Ledger.java:52)");
    }

    for (int look = 1; look <= 1_001; look++) {
      profile.add(profile.draw(scene), scene, look * TENTH);
    }

    Map<String, Double> seconds =
        profile.top(10).stream()
            .collect(Collectors.toMap(place -> place.waiter().get(0), WaitProfile.Place::seconds));
    assertThat(seconds.get("Ledger.post(Ledger.java:31)")).isCloseTo(9_000, within(200.0));
    assertThat(seconds.get("Ledger.close(Ledger.java:52)")).isCloseTo(1_000, within(100.0));
    assertThat(profile.pressure().values())
        .singleElement()
        .satisfies(
            share -> {
              assertThat(share).isCloseTo(1.0, within(0.05));
            });
  }

  @Test
  void givenAHolder_whenSeen_thenItsStackStandsBesideTheWaiters() {
    Scene scene = scene();
    Seen holder = scene.add(new Seen(new Thread(), false, ThreadState.RUNNABLE));
    holder.stack = List.of("Ledger.audit(Ledger.java:44)");
    Resource lock = lock(scene, "lock-1", ResourceKind.MONITOR, Release.owner(holder.id));
    waiter(scene, lock, "Ledger.post(Ledger.java:31)");

    List<Seen> drawn = profile.draw(scene);
    assertThat(WaitProfile.withHolders(drawn, scene)).contains(holder);
    profile.add(drawn, scene, TENTH);

    assertThat(profile.top(1).get(0).holder()).containsExactly("Ledger.audit(Ledger.java:44)");
  }

  @Test
  void givenThreadsThatWaitForNoLock_whenLooked_thenNothingIsLost() {
    Scene scene = scene();
    waiter(
        scene, lock(scene, "queue-1", ResourceKind.QUEUE, new Release.Unknown()), "A.b(A.java:1)");

    assertThat(profile.draw(scene)).isEmpty();
    profile.add(List.of(), scene, TENTH);

    assertThat(profile.top(10)).isEmpty();
    assertThat(profile.pressure()).isEmpty();
  }

  private static Scene scene() {
    return new Scene(new Releases(), List.of(), new LockSites(), List.of());
  }

  private static Resource lock(Scene scene, String id, ResourceKind kind, Release release) {
    return scene.put(new Resource(id, kind, "Lock", "Ledger.post(Ledger.java:31)", release));
  }

  private static void waiter(Scene scene, Resource lock, String frame) {
    Seen seen = scene.add(new Seen(new Thread(), false, ThreadState.WAITING));
    seen.stack = List.of(frame);
    scene.setWait(seen, lock, "1");
  }
}
