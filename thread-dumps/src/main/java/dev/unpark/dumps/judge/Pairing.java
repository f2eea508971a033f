package dev.unpark.dumps.judge;

import dev.unpark.dumps.Dump;
import dev.unpark.dumps.Join;
import dev.unpark.dumps.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one look of each {@code Thread.print} and the {@code Thread.dump_to_file} that was taken
 * beside it. Immutable.
 */
public final class Pairing {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Duration FARTHEST_ZONES = Duration.ofHours(26);

  /**
   * Two dumps of one moment.
   *
   * @param print that of {@code Thread.print}
   * @param file that of {@code Thread.dump_to_file}
   * @param joined both as one
   */
  public record Pair(Dump print, Dump file, Dump joined) {}

  /** One that may become a pair. */
  private record Candidate(Dump print, Dump file, Duration apart) {}

  private final List<Pair> pairs = new ArrayList<>();
  private final Map<Dump, Dump> others = new IdentityHashMap<>();
  private final @Nullable String hint;

  /** Pairs the dumps of one JVM, the closest first; each dump is in one pair at most. */
  Pairing(List<Dump> dumps) {
    List<Dump> prints = dumps.stream().filter(Moment::isPrint).toList();
    NavigableMap<Instant, List<Dump>> files = new TreeMap<>();
    for (Dump dump : dumps) {
      if (Moment.isFile(dump)) {
        files.computeIfAbsent(dump.observation().time(), time -> new ArrayList<>(1)).add(dump);
      }
    }
    for (Candidate candidate : candidates(prints, files)) {
      Dump print = candidate.print();
      Dump file = candidate.file();
      if (!isJoined(print) && !isJoined(file) && Moment.isOfOneJvm(print, file)) {
        others.put(print, file);
        others.put(file, print);
        pairs.add(new Pair(print, file, Join.of(print, file)));
      }
    }
    pairs.sort(Comparator.comparing(pair -> pair.joined().observation().time()));
    hint = pairs.isEmpty() ? hint(prints, files) : null;
  }

  private static List<Candidate> candidates(
      List<Dump> prints, NavigableMap<Instant, List<Dump>> files) {
    List<Candidate> candidates = new ArrayList<>();
    for (Dump print : prints) {
      Instant time = print.observation().time();
      Instant from = time.minus(Moment.WITHIN);
      Instant to = time.plus(Moment.WITHIN).plusSeconds(1);
      for (List<Dump> then : files.subMap(from, true, to, true).values()) {
        then.forEach(file -> candidates.add(candidate(print, file)));
      }
    }
    candidates.sort(Comparator.comparing(Candidate::apart));
    return candidates;
  }

  private static Candidate candidate(Dump print, Dump file) {
    return new Candidate(print, file, Moment.apart(print, file));
  }

  /** What was joined, in order of time. */
  public List<Pair> pairs() {
    return Collections.unmodifiableList(pairs);
  }

  /** Why something that looks as if it belonged together was not joined, or null. */
  public @Nullable String hint() {
    return hint;
  }

  /** Whether that very dump is part of a pair. */
  boolean isJoined(Dump dump) {
    return others.containsKey(dump);
  }

  /** These dumps, with each pair as one. */
  List<Dump> looks(List<Dump> dumps) {
    List<Dump> looks = new ArrayList<>(dumps.stream().filter(dump -> !isJoined(dump)).toList());
    pairs.forEach(pair -> looks.add(pair.joined()));
    return looks;
  }

  /** Of the two that are closest. */
  private static @Nullable String hint(List<Dump> prints, NavigableMap<Instant, List<Dump>> files) {
    Candidate closest = null;
    for (Dump print : prints) {
      Instant time = print.observation().time();
      for (Map.Entry<Instant, List<Dump>> near :
          Stream.of(files.floorEntry(time), files.ceilingEntry(time))
              .filter(Objects::nonNull)
              .toList()) {
        Candidate candidate = candidate(print, near.getValue().get(0));
        if (closest == null || candidate.apart().compareTo(closest.apart()) < 0) {
          closest = candidate;
        }
      }
    }
    return closest == null || !Moment.isOfOneJvm(closest.print(), closest.file())
        ? null
        : tooFarApart(closest.apart());
  }

  private static String tooFarApart(Duration apart) {
    return "Thread.print and Thread.dump_to_file are "
        + inWords(apart)
        + " apart and not joined, which takes "
        + Moment.WITHIN.toSeconds()
        + " s at most"
        + (mayBeAnotherZone(apart) ? ": run it with TZ=ZONE if only the time zone differs" : "");
  }

  private static String inWords(Duration apart) {
    long seconds = apart.toSeconds();
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }

  /** Zones differ by quarters of an hour. */
  private static boolean mayBeAnotherZone(Duration apart) {
    Duration upper = apart.plus(Moment.WITHIN);
    long beyond = upper.toMillis() % QUARTER.toMillis();
    return upper.compareTo(QUARTER) >= 0
        && upper.compareTo(FARTHEST_ZONES) <= 0
        && beyond <= Moment.WITHIN.multipliedBy(2).toMillis();
  }
}
