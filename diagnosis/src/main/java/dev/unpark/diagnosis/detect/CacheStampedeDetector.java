package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds many threads that load the same thing at once: all but one wait in the cache for the one
 * that loads, or each loads for itself.
 */
public final class CacheStampedeDetector implements Detector {

  /*
   * Two shapes. In a cache that lets one load and the others wait, they wait for one lock or one
   * future, and its owner stands in a loader: a queue whose owner only passes through is a convoy.
   * In a cache that does not, the same loader runs in many threads, each in the same call to
   * somewhere outside, with the same methods above and below. The JDK's maps and the usual caches
   * are known by their frames, a cache of the user's own by the word in the name of its class.
   */
  private static final String CACHE = "cache";

  /** How far out the cache may be called: every request of some servers passes one. */
  private static final int NEAR = 3;

  private final Thresholds thresholds;

  public CacheStampedeDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "cache-stampede";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<Finding> findings = new ArrayList<>();
    Set<Long> told = new HashSet<>();
    for (Errand errand : Errand.of(timeline, StackTag.CACHE_LOAD, thresholds)) {
      if (Errand.isLoading(errand.owner(), look)) {
        findings.add(waiting(errand, look));
        errand.waiters().forEach(waiter -> told.add(waiter.id()));
      }
    }
    for (List<ObservedThread> loaders : loaders(look).values()) {
      if (loaders.size() >= thresholds.sameErrand()
          && told.stream().noneMatch(id -> loaders.get(0).id() == id)
          && isLasting(loaders, timeline)) {
        findings.add(loading(loaders, look));
      }
    }
    return findings;
  }

  /** Threads in a loader's call to somewhere outside, by the methods of their stacks. */
  private static Map<Long, List<ObservedThread>> loaders(Look look) {
    Map<Long, List<ObservedThread>> loaders = new LinkedHashMap<>();
    Set<ObservedThread> outside = Collections.newSetFromMap(new IdentityHashMap<>());
    for (StackTag tag : List.of(StackTag.DATABASE, StackTag.HTTP_CLIENT, StackTag.REMOTE)) {
      for (ObservedThread thread : look.threadsWith(tag)) {
        StackFacts facts = look.facts(thread);
        if (outside.add(thread)
            && facts.isRemoteCall()
            && !facts.isIdle()
            && Waits.waits(thread, look)
            && (facts.has(StackTag.CACHE_LOAD) || loadsInACache(facts))) {
          loaders.computeIfAbsent(facts.code(), code -> new ArrayList<>()).add(thread);
        }
      }
    }
    return loaders;
  }

  /**
   * Whether the user's own code that makes the call belongs to something called a cache. One that
   * asks a remote cache reads it and loads nothing.
   */
  private static boolean loadsInACache(StackFacts facts) {
    if (facts.isIn(StackTag.REMOTE)) {
      return false;
    }
    for (String frame : facts.ownFrames(NEAR)) {
      String method = Frames.brief(Frames.method(frame));
      if (method.toLowerCase(Locale.ROOT).contains(CACHE)) {
        return true;
      }
    }
    return false;
  }

  private boolean isLasting(List<ObservedThread> loaders, Timeline timeline) {
    if (Waits.fromDump(loaders.get(0))) {
      return true;
    }
    Standing standing = new Standing(timeline, thresholds, loaders);
    return loaders.stream()
            .filter(loader -> standing.length(loader).compareTo(thresholds.queueWait()) >= 0)
            .count()
        >= thresholds.sameErrand();
  }

  private Finding waiting(Errand errand, Look look) {
    ObservedThread first = errand.waiters().get(0);
    String place = Waits.place(first, look);
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s wait for one load of the cache at %s"
                    .formatted(Words.counted(errand.waiters().size(), "thread"), place))
            .signedBy(Waits.method(first, look));
    return advised(errand.tell(suspicion, look), place)
        .unseen("which key they ask for: a dump shows locks and frames, no values")
        .finding();
  }

  private Finding loading(List<ObservedThread> loaders, Look look) {
    ObservedThread first = loaders.get(0);
    String place = Waits.place(first, look);
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%s load into the cache at %s, each for itself"
                    .formatted(Words.counted(loaders.size(), "thread"), place))
            .signedBy(Waits.method(first, look))
            .with(Role.MEMBER, loaders)
            .because(
                "%s stand in the same methods and each %s"
                    .formatted(
                        Words.list(loaders.stream().map(Words::name).toList()),
                        Waits.doing(first, look)));
    return advised(suspicion, place)
        .unseen("whether they load the same key: compare the statements or requests at the peer")
        .finding();
  }

  private static Suspicion advised(Suspicion suspicion, String place) {
    return suspicion
        .now("shed load in front of it, or fill the cache by hand, until it is warm")
        .cause("an entry that many need at once is missing or has expired: " + place)
        .fix(
            "let one thread load and refresh before expiry, spread the times of expiry, and keep"
                + " serving the old value meanwhile");
  }
}
