package dev.unpark.dumps;

import dev.unpark.diagnosis.model.ResourceKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds up waits by group. Confined to its reader. <b>When full:</b> waits of further groups are
 * added up in one group whose names are {@value #OTHERS}.
 */
final class WaitTally {
  static final String OTHERS = "(others)";
  private static final int MOST_GROUPS = 5000;

  /** What waits of one group share; the fields that they do not share are empty. */
  record Key(ResourceKind kind, String className, String site, String owner) {}

  /** One wait that has ended. */
  record Ended(
      Instant start,
      Duration duration,
      String thread,
      long threadId,
      boolean timedOut,
      List<String> stack) {}

  private final Map<Key, Sum> sums = new HashMap<>();

  void add(Key key, Ended wait) {
    Key group =
        sums.size() < MOST_GROUPS || sums.containsKey(key)
            ? key
            : new Key(ResourceKind.OTHER, OTHERS, "", "");
    sums.computeIfAbsent(group, Sum::new).add(wait);
  }

  /** The groups, the one that cost most time first. */
  List<RecordedWaits> byTime() {
    return sums.values().stream()
        .map(Sum::total)
        .sorted(
            Comparator.comparing(RecordedWaits::total)
                .reversed()
                .thenComparing(RecordedWaits::className)
                .thenComparing(RecordedWaits::site)
                .thenComparing(RecordedWaits::owner))
        .toList();
  }

  private static final class Sum {
    private final Key key;
    private final Set<Long> threads = new HashSet<>();
    private long count;
    private long timedOut;
    private Duration total = Duration.ZERO;
    private Duration longest = Duration.ofNanos(-1);
    private Instant longestAt = Instant.EPOCH;
    private String longestThread = "";
    private List<String> stack = List.of();

    Sum(Key key) {
      this.key = key;
    }

    void add(Ended wait) {
      count++;
      timedOut += wait.timedOut() ? 1 : 0;
      total = total.plus(wait.duration());
      if (threads.size() < RecordedWaits.THREADS_COUNTED) {
        threads.add(wait.threadId());
      }
      if (wait.duration().compareTo(longest) > 0) {
        longest = wait.duration();
        longestAt = wait.start();
        longestThread = wait.thread();
        stack = wait.stack();
      }
    }

    RecordedWaits total() {
      return new RecordedWaits(
          key.kind(),
          key.className(),
          key.site(),
          key.owner(),
          count,
          timedOut,
          threads.size(),
          total,
          longest,
          longestAt,
          longestThread,
          stack);
    }
  }
}
