package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Stretch;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Some threads in all looks of a timeline: since when each has stood where it stands.
 *
 * <p>Looks are read once, for the candidates alone, so a detector makes one only when it has any.
 */
final class Standing {
  private final Timeline timeline;
  private final Thresholds thresholds;
  private final List<Observation> looks;
  private final List<Map<Long, ObservedThread>> seen = new ArrayList<>();

  Standing(Timeline timeline, Thresholds thresholds, Collection<ObservedThread> candidates) {
    this.timeline = timeline;
    this.thresholds = thresholds;
    this.looks = timeline.last(Integer.MAX_VALUE);
    Set<Long> ids = new HashSet<>();
    candidates.forEach(candidate -> ids.add(candidate.id()));
    for (Observation look : looks) {
      Map<Long, ObservedThread> found = new HashMap<>();
      for (ObservedThread thread : look.threads()) {
        if (ids.contains(thread.id())) {
          found.put(thread.id(), thread);
        }
      }
      seen.add(found);
    }
  }

  /** The earliest look since which it has stood at the same lines and hardly used a processor. */
  Instant since(ObservedThread candidate) {
    return looks.get(first(candidate)).time();
  }

  /** How many looks, the newest included, show it so. */
  int looks(ObservedThread candidate) {
    return looks.size() - first(candidate);
  }

  private int first(ObservedThread candidate) {
    int first = looks.size() - 1;
    while (first > 0 && stood(candidate, first - 1)) {
      first--;
    }
    return first;
  }

  /** How long it has been seen to stand; zero when only the newest look shows it so. */
  Duration length(ObservedThread candidate) {
    return Duration.between(since(candidate), timeline.latest().time());
  }

  /** The candidate at each look, oldest first, as long as it was seen without a gap. */
  List<ObservedThread> history(ObservedThread candidate) {
    List<ObservedThread> history = new ArrayList<>();
    for (int i = looks.size() - 1; i >= 0; i--) {
      ObservedThread then = seen.get(i).get(candidate.id());
      if (then == null) {
        break;
      }
      history.add(0, then);
    }
    return history;
  }

  private boolean stood(ObservedThread candidate, int look) {
    ObservedThread then = seen.get(look).get(candidate.id());
    if (then == null) {
      return false;
    }
    StackFacts factsThen = timeline.facts(then);
    Duration time = Duration.between(looks.get(look).time(), timeline.latest().time());
    return factsThen.place() == timeline.facts(candidate).place()
        && new Stretch(then, candidate, time).isAtRest(thresholds.restingCpu());
  }
}
