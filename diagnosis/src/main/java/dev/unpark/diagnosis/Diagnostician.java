package dev.unpark.diagnosis;

import dev.unpark.diagnosis.detect.Detector;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * oldest look; findings are as many as the detectors report.
 */
public final class Diagnostician {
  /** Three times the longest trend; when a finding began is remembered in the finding itself. */
  private static final Duration SPAN = Duration.ofSeconds(15);

  private static final int CAPACITY = 60;

  private final List<Detector> detectors;
  private final Duration closeAfter;
  private final Timeline timeline = new Timeline(SPAN, CAPACITY);
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
    this.detectors = List.copyOf(detectors);
    this.closeAfter = closeAfter;
  }

  /**
   * Looks once more.
   *
   * @return what changed: findings in state {@code OPENED}, {@code UPDATED} or {@code CLOSED};
   *     empty when nothing did, or when the observation is not newer than the one before
   */
  public List<Finding> observe(Observation observation) {
    if (!timeline.add(observation)) {
      return List.of();
    }
    List<Finding> found = new ArrayList<>();
    detectors.forEach(detector -> found.addAll(detector.examine(timeline)));
    List<Finding> changes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Map.Entry<Finding, String> entry : identify(found).entrySet()) {
      String id = entry.getValue();
      seen.add(id);
      Finding known = active.get(id);
      Finding current = known == null ? opened(entry.getKey(), id) : merge(known, entry.getKey());
      active.put(id, current);
      if (known == null || isNews(known, current)) {
        changes.add(current);
      }
    }
    changes.addAll(close(seen, observation.time()));
    return changes;
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
  private Map<Finding, String> identify(List<Finding> found) {
    Map<Finding, String> ids = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (Finding finding : found) {
      for (Finding known : active.values()) {
        if (isSameCode(known, finding) && threads(known).equals(threads(finding))) {
          if (taken.add(known.id())) {
            ids.put(finding, known.id());
            break;
          }
        }
      }
    }
    for (Finding finding : found) {
      if (!ids.containsKey(finding)) {
        String id = finding.id();
        for (int n = 2; taken.contains(id); n++) {
          id = finding.id() + "-" + n;
        }
        taken.add(id);
        ids.put(finding, id);
      }
    }
    return ids;
  }

  private static boolean isSameCode(Finding known, Finding found) {
    return known.id().equals(found.id()) || known.id().startsWith(found.id() + "-");
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
      if (gone && !finding.observedAt().plus(closeAfter).isAfter(now)) {
        active.remove(finding.id());
        closed.add(finding.in(Finding.State.CLOSED));
      }
    }
    return closed;
  }
}
