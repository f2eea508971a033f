package dev.unpark.diagnosis;

import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.known.KnownStacks;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches one JVM: takes one observation after the other, and says which findings open, change and
 * close.
 *
 * <p><b>Threading:</b> confined to one thread at a time. <b>When full:</b> the timeline forgets its
 * oldest look; of each detector the {@value #MOST_OF_A_KIND} gravest findings of a look are told,
 * and the rest is counted in the limits of the first.
 */
public final class Diagnostician {
  /** Three times the longest trend; when a finding began is remembered in the finding itself. */
  private static final Duration SPAN = Duration.ofSeconds(15);

  private static final int CAPACITY = 60;

  private static final char SAME_CODE = '-';

  /** Dumps are taken by hand or by a script, seconds or minutes apart. */
  private static final Duration SPAN_OF_DUMPS = Duration.ofHours(6);

  private static final int MOST_DUMPS = 12;

  /** Nobody reads more; a JVM in trouble may have ten thousand locks with a queue each. */
  private static final int MOST_OF_A_KIND = 50;

  private final List<Detector> detectors;
  private final Duration closeAfter;
  private final Timeline timeline;
  private final Map<String, Finding> active = new LinkedHashMap<>();

  /** With every detector, for a live JVM that is looked at every few seconds. */
  public Diagnostician() {
    this(Detectors.all(), Duration.ofSeconds(5));
  }

  /**
   * @param detectors which trouble to look for
   * @param closeAfter how long a finding must have been gone before it closes, so that one that
   *     flickers stays one
   */
  public Diagnostician(List<Detector> detectors, Duration closeAfter) {
    this(detectors, closeAfter, new Timeline(SPAN, CAPACITY));
  }

  private Diagnostician(List<Detector> detectors, Duration closeAfter, Timeline timeline) {
    this.detectors = List.copyOf(detectors);
    this.closeAfter = closeAfter;
    this.timeline = timeline;
  }

  /**
   * With every detector, for a series of dumps of one JVM: it remembers dumps that are hours apart,
   * and what the next one no longer shows is closed at once.
   *
   * @param known the stacks whose meaning is known
   */
  public static Diagnostician ofDumps(KnownStacks known) {
    return new Diagnostician(
        Detectors.all(), Duration.ZERO, new Timeline(SPAN_OF_DUMPS, MOST_DUMPS, known));
  }

  /** How many of the last looks it holds on to. */
  public int looks() {
    return timeline.size();
  }

  /**
   * Looks once more.
   *
   * @return what changed: findings in state {@code OPENED}, {@code UPDATED} or {@code CLOSED};
   *     empty when nothing did, or when the observation is not newer than the one before
   */
  public List<Finding> observe(Observation observation) {
    List<Finding> changes = new ArrayList<>();
    if (!timeline.isEmpty() && isAnotherProcess(timeline.latest(), observation)) {
      active.values().forEach(finding -> changes.add(finding.in(Finding.State.CLOSED)));
      active.clear();
      timeline.clear();
    }
    if (!timeline.add(observation)) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    detectors.forEach(detector -> found.addAll(mostTelling(detector.examine(timeline))));
    timeline.rest();
    Map<String, Finding> seen = identify(Precedence.apply(found, active.values()));
    seen.forEach(
        (id, finding) -> {
          Finding known = active.get(id);
          Finding current = known == null ? opened(finding, id) : merge(known, finding);
          active.put(id, current);
          if (known == null || isNews(known, current)) {
            changes.add(current);
          }
        });
    changes.addAll(close(seen.keySet(), observation.time()));
    return changes;
  }

  private static List<Finding> mostTelling(List<Finding> ofAKind) {
    if (ofAKind.size() <= MOST_OF_A_KIND) {
      return ofAKind;
    }
    List<Finding> gravest = new ArrayList<>(ofAKind);
    gravest.sort(
        Comparator.comparing(Finding::severity)
            .thenComparing(finding -> -finding.participants().size()));
    List<Finding> told = new ArrayList<>(gravest.subList(0, MOST_OF_A_KIND));
    int untold = ofAKind.size() - MOST_OF_A_KIND;
    told.set(
        0, told.get(0).withLimit("%d more findings of this kind: counted only".formatted(untold)));
    return told;
  }

  /** A restarted program has the same thread ids and may have the same locks: no proof spans it. */
  private static boolean isAnotherProcess(Observation before, Observation now) {
    long pidBefore = before.jvm().pid();
    long pid = now.jvm().pid();
    return pid != pidBefore
        && pid != JvmIdentity.UNKNOWN_PID
        && pidBefore != JvmIdentity.UNKNOWN_PID;
  }

  /** The findings that are open, oldest first. */
  public List<Finding> active() {
    return List.copyOf(active.values());
  }

  /*
   * An id names trouble in some code, and the same code may be in trouble twice at once: two pairs
   * of threads, deadlocked in the same lines. Each then keeps an id of its own. A finding that is
   * open already is known again by its threads; only what is left is matched by its id alone, so
   * that a second knot never takes over the history of the first.
   */
  private Map<String, Finding> identify(List<Finding> found) {
    Map<String, List<Finding>> activeByCode = new HashMap<>();
    for (Finding known : active.values()) {
      activeByCode.computeIfAbsent(code(known.id()), code -> new ArrayList<>()).add(known);
    }
    Map<String, Finding> identified = new LinkedHashMap<>();
    List<Finding> strangers = new ArrayList<>();
    for (Finding finding : found) {
      Set<Long> threads = threads(finding);
      Finding same = null;
      for (Finding known : activeByCode.getOrDefault(finding.id(), List.of())) {
        if (!identified.containsKey(known.id()) && threads(known).equals(threads)) {
          same = known;
          break;
        }
      }
      if (same == null) {
        strangers.add(finding);
      } else {
        identified.put(same.id(), finding);
      }
    }
    for (Finding finding : strangers) {
      String id = finding.id();
      for (int n = 2; identified.containsKey(id); n++) {
        id = finding.id() + SAME_CODE + n;
      }
      identified.put(id, finding);
    }
    return identified;
  }

  /** The id without the number that tells it from others of the same code. */
  private static String code(String id) {
    int number = id.indexOf(SAME_CODE, id.indexOf(':'));
    return number < 0 ? id : id.substring(0, number);
  }

  private static Finding opened(Finding found, String id) {
    return found.with(id, Finding.State.OPENED, found.certainty(), found.since());
  }

  /** The same trouble, seen again: it began when it was first seen. */
  private static Finding merge(Finding known, Finding found) {
    Instant since = known.since().isBefore(found.since()) ? known.since() : found.since();
    return found.with(known.id(), Finding.State.UPDATED, found.certainty(), since);
  }

  /**
   * Threads come and go behind a busy lock or pool all the time; only who is caught in a knot is
   * worth telling again.
   */
  private static boolean isNews(Finding known, Finding current) {
    return known.certainty() != current.certainty()
        || known.severity() != current.severity()
        || !caught(known).equals(caught(current));
  }

  private static Set<Long> caught(Finding finding) {
    Set<Long> ids = new HashSet<>();
    for (Participant participant : finding.participants()) {
      if (participant.role() == Role.MEMBER || participant.role() == Role.VICTIM) {
        ids.add(participant.thread().id());
      }
    }
    return ids;
  }

  private static Set<Long> threads(Finding finding) {
    Set<Long> ids = new HashSet<>();
    finding.participants().forEach(participant -> ids.add(participant.thread().id()));
    return ids;
  }

  private List<Finding> close(Set<String> seen, Instant now) {
    List<Finding> closed = new ArrayList<>();
    for (Finding finding : List.copyOf(active.values())) {
      boolean gone = !seen.contains(finding.id());
      boolean clockSetBack = finding.observedAt().isAfter(now);
      if (gone && (clockSetBack || !finding.observedAt().plus(closeAfter).isAfter(now))) {
        active.remove(finding.id());
        closed.add(finding.in(Finding.State.CLOSED));
      }
    }
    return closed;
  }
}
