package dev.unpark.agent.sample;

import dev.unpark.agent.bootstrap.DatabaseErrors;
import dev.unpark.agent.bootstrap.LibraryHandle;
import dev.unpark.agent.library.Instances;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.Occurrence.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What has happened that keeps no thread waiting, as hooks and looks have counted it.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> subjects are as many as their
 * counters tell apart, a few hundred.
 */
final class Happenings {
  private final Instances instances = new Instances();
  private final Map<Subject, Recent> recents = new HashMap<>();
  private final Map<String, Bunches> bunches = new HashMap<>();

  private record Subject(Kind kind, String name) {}

  /** All that has ever happened. */
  List<Occurrence> read(PoolHistory history, long now) {
    List<Occurrence> happened = new ArrayList<>();
    databases(happened, now);
    pools(history, happened, now);
    retries(happened, now);
    return happened;
  }

  private void databases(List<Occurrence> happened, long now) {
    for (int pair = 0; pair < DatabaseErrors.size(); pair++) {
      long count = DatabaseErrors.count(pair);
      if (count > 0 && DatabaseErrors.isDeadlock(pair)) {
        String system = DatabaseErrors.system(pair);
        happened.add(occurrence(Kind.DATABASE_DEADLOCK, system, place(pair), count, 0, now));
      }
    }
  }

  private static String place(int pair) {
    StackTraceElement[] trace = DatabaseErrors.lastTrace(pair);
    if (trace == null) {
      return "";
    }
    List<String> stack = Stacks.frames(trace);
    return Frames.place(stack, Frames.ownFrame(stack));
  }

  private void pools(PoolHistory history, List<Occurrence> happened, long now) {
    Map<String, Long> grown = new LinkedHashMap<>();
    Map<String, Long> shrunk = new LinkedHashMap<>();
    history
        .past()
        .forEach(
            (name, past) -> {
              grown.merge(name.executor(), past.grown(), Long::sum);
              shrunk.merge(name.executor(), past.shrunk(), Long::sum);
            });
    grown.forEach((pool, count) -> add(happened, Kind.POOL_GROWN, pool, count, now));
    shrunk.forEach((pool, count) -> add(happened, Kind.POOL_SHRUNK, pool, count, now));
  }

  private void add(List<Occurrence> happened, Kind kind, String pool, long count, long now) {
    if (count > 0) {
      happened.add(occurrence(kind, pool, "", count, 0, now));
    }
  }

  private void retries(List<Occurrence> happened, long now) {
    instances.live();
    instances
        .sums()
        .forEach(
            (key, sums) -> {
              if (key.kind() == LibraryHandle.RETRY && sums.hits() > 0) {
                double share =
                    bunches
                        .computeIfAbsent(key.label(), label -> new Bunches(now))
                        .share(sums.hits(), sums.gaps(), now);
                happened.add(occurrence(Kind.RETRY, key.label(), "", sums.hits(), share, now));
              }
            });
  }

  private Occurrence occurrence(
      Kind kind, String subject, String site, long count, double bunched, long now) {
    long recent =
        recents
            .computeIfAbsent(new Subject(kind, subject), first -> new Recent(now))
            .of(count, now);
    return new Occurrence(kind, subject, site, count, recent, bunched);
  }
}
