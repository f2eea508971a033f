package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the number of threads of one kind went over some looks.
 *
 * @param kind the pattern of their names
 * @param before how many the first look shows
 * @param after how many the newest shows
 * @param ended how many of the first look the newest no longer has
 * @param risingPairs pairs of looks in a row of which the later shows more
 * @param looks how many looks
 * @param span from the first look to the newest
 * @param dumps whether the looks are dumps, each taken on purpose
 */
record ThreadGrowth(
    String kind,
    int before,
    int after,
    int ended,
    int risingPairs,
    int looks,
    Duration span,
    boolean dumps) {

  /** One that ends for ten that come is no leak that anybody would call so. */
  private static final int COMING_FOR_ONE_THAT_ENDS = 10;

  /** Live, whatever fills a pool for the first time is done sooner. */
  private static final Duration NO_BURST = Duration.ofSeconds(10);

  /** That of each of these kinds; every look is read once. */
  static Map<String, ThreadGrowth> of(Set<String> kinds, List<Observation> looks) {
    Map<String, List<Set<Long>>> ids = new HashMap<>();
    for (int i = 0; i < looks.size(); i++) {
      for (ObservedThread thread : looks.get(i).threads()) {
        String kind = thread.virtual() ? "" : Frames.namePattern(thread.name());
        if (!thread.virtual() && kinds.contains(kind)) {
          ids.computeIfAbsent(
                  kind, each -> looks.stream().<Set<Long>>map(look -> new HashSet<>()).toList())
              .get(i)
              .add(thread.id());
        }
      }
    }
    Map<String, ThreadGrowth> growth = new HashMap<>();
    ids.forEach((kind, ofKind) -> growth.put(kind, of(kind, ofKind, looks)));
    return growth;
  }

  private static ThreadGrowth of(String kind, List<Set<Long>> ids, List<Observation> looks) {
    int rising = 0;
    for (int i = 1; i < ids.size(); i++) {
      if (ids.get(i).size() > ids.get(i - 1).size()) {
        rising++;
      }
    }
    Set<Long> first = ids.get(0);
    Set<Long> last = ids.get(ids.size() - 1);
    return new ThreadGrowth(
        kind,
        first.size(),
        last.size(),
        (int) first.stream().filter(id -> !last.contains(id)).count(),
        rising,
        looks.size(),
        Duration.between(looks.get(0).time(), looks.get(looks.size() - 1).time()),
        looks.get(0).threads().stream().anyMatch(Waits::fromDump));
  }

  boolean isLeak(Thresholds thresholds) {
    int growth = after - before;
    return growth >= thresholds.leakedThreads()
        && (dumps || span.compareTo(NO_BURST) >= 0)
        && ended * COMING_FOR_ONE_THAT_ENDS <= growth
        && risingPairs >= thresholds.presence() * (looks - 1);
  }
}
