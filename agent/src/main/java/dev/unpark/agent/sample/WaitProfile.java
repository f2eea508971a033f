package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the time that is lost waiting for locks goes: stacks of waiters and holders, in proportion
 * to the time waited.
 *
 * <p>A look comes at a moment that the application does not choose, so it meets a wait with a
 * chance in proportion to its length, however short. Of the threads that it meets waiting for a
 * lock, some are drawn at random, and each stands for its share of all of them and for the time
 * since the look before: the sums are what was waited, on average, and no wait is too short to
 * count. Stacks are taken by the sampler; neither who waits nor who holds the lock does anything
 * for it.
 *
 * <p><b>Threading:</b> synchronized; the sampler's thread draws and adds, any thread reads. <b>When
 * full:</b> places beyond {@value #MOST_PLACES} are summed up as {@code other}.
 */
public final class WaitProfile {
  /** Threads drawn at a look. */
  private static final int DRAWN = 8;

  private static final int MOST_PLACES = 500;
  private static final int DEPTH = 12;
  private static final String OTHER = "other";

  /** Of the average that {@link #pressure} is. */
  private static final double SECONDS = 30;

  private static final double LEAST_PRESSURE = 1e-6;

  private static final Set<ResourceKind> LOCKS =
      EnumSet.of(
          ResourceKind.MONITOR,
          ResourceKind.REENTRANT_LOCK,
          ResourceKind.READ_WRITE_LOCK,
          ResourceKind.STAMPED_LOCK,
          ResourceKind.SEMAPHORE,
          ResourceKind.SYNCHRONIZER);

  private final Random random;
  private final Map<Key, Sum> places = new LinkedHashMap<>();
  private final Map<String, Double> pressure = new LinkedHashMap<>();
  private long lastNanos;
  private int waiting;

  private record Key(String lockClass, List<String> stack) {}

  private static final class Sum {
    double seconds;
    String site = "";
    List<String> holder = List.of();
  }

  /**
   * A place where threads wait for a lock.
   *
   * @param waiter the innermost frames of those who wait; empty where they had gone on
   * @param holder those of who had the lock when it was last seen; empty when unknown
   * @param seconds waited there, estimated
   */
  public record Place(
      String lockClass, String site, List<String> waiter, List<String> holder, double seconds) {}

  WaitProfile(Random random) {
    this.random = random;
  }

  /** Whether that is something which threads hold and give back. */
  public static boolean isLock(@Nullable Resource resource) {
    return resource != null && LOCKS.contains(resource.kind());
  }

  /** Draws from those who wait for a lock. */
  synchronized List<Seen> draw(Scene scene) {
    List<Seen> all = new ArrayList<>();
    for (Seen seen : scene.threads()) {
      if (isLock(scene.waitedFor(seen))) {
        all.add(seen);
      }
    }
    waiting = all.size();
    Collections.shuffle(all, random);
    return all.subList(0, Math.min(DRAWN, all.size()));
  }

  /** Those drawn, and who holds what they wait for: of whom a stack is wanted. */
  static Set<Seen> withHolders(List<Seen> drawn, Scene scene) {
    Set<Seen> wanted = new LinkedHashSet<>(drawn);
    for (Seen seen : drawn) {
      Seen holder = holderOf(scene.waitedFor(seen), scene);
      if (holder != null) {
        wanted.add(holder);
      }
    }
    return wanted;
  }

  private static @Nullable Seen holderOf(@Nullable Resource resource, Scene scene) {
    return resource != null
            && resource.release() instanceof Release.AllOf all
            && !all.threads().isEmpty()
        ? scene.thread(all.threads().iterator().next())
        : null;
  }

  /** Adds what a look has seen, once stacks are taken and sites known. */
  synchronized void add(List<Seen> drawn, Scene scene, long now) {
    double elapsed = lastNanos == 0 ? 0 : (now - lastNanos) / 1e9;
    lastNanos = now;
    for (Seen seen : drawn) {
      Resource resource = scene.waitedFor(seen);
      if (resource != null) {
        add(seen, resource, elapsed * waiting / drawn.size(), scene);
      }
    }
    weigh(scene, elapsed);
  }

  private void add(Seen seen, Resource resource, double seconds, Scene scene) {
    Key key = new Key(resource.className(), top(seen.stack));
    boolean room = places.size() < MOST_PLACES || places.containsKey(key);
    Sum sum = places.computeIfAbsent(room ? key : new Key(OTHER, List.of()), k -> new Sum());
    sum.seconds += seconds;
    Resource known = scene.waitedFor(seen);
    if (room && known != null) {
      String site = scene.siteOf(known);
      sum.site = site.isEmpty() ? sum.site : site;
    }
    Seen holder = holderOf(resource, scene);
    if (room && holder != null && !holder.stack.isEmpty()) {
      sum.holder = top(holder.stack);
    }
  }

  private void weigh(Scene scene, double elapsed) {
    double share = Math.min(1, elapsed / SECONDS);
    pressure.replaceAll((site, value) -> value * (1 - share));
    int live = Math.max(1, scene.threads().size());
    for (Seen seen : scene.threads()) {
      Resource resource = scene.waitedFor(seen);
      if (isLock(resource) && resource != null) {
        String site = scene.siteOf(resource);
        boolean room = pressure.size() < MOST_PLACES || pressure.containsKey(site);
        pressure.merge(room ? site : OTHER, share / live, Double::sum);
      }
    }
    pressure.values().removeIf(value -> value < LEAST_PRESSURE);
  }

  private static List<String> top(List<String> stack) {
    return List.copyOf(stack.subList(0, Math.min(DEPTH, stack.size())));
  }

  /** Share of the time of all threads that was waited for the locks of a site, by site. */
  public synchronized Map<String, Double> pressure() {
    return new LinkedHashMap<>(pressure);
  }

  /** The places where most was waited, the worst first. */
  public synchronized List<Place> top(int most) {
    List<Place> all = new ArrayList<>();
    places.forEach(
        (key, sum) ->
            all.add(new Place(key.lockClass(), sum.site, key.stack(), sum.holder, sum.seconds)));
    all.sort(Comparator.comparing(Place::seconds).reversed());
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }
}
