package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.known.StackFacts;
import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Stretch;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Finds threads that are busy and get nowhere: look after look in the same methods, burning a
 * processor, or trying for a lock again and again.
 */
public final class LivelockDetector implements Detector {

  /*
   * Stacks cannot tell a loop that never ends from a long computation, so a lone thread that burns
   * is advice. Code that spins, yields or tries for a lock says itself that it waits for somebody;
   * when it does nothing else over a whole trend, it waits in vain. Where two or more do so, each
   * may be in the other's way.
   */
  /** {@code (Native Method)}, {@code (native code)}. */
  private static final Pattern NATIVE = Pattern.compile(".*\\([Nn]ative \\w+\\)");

  /** Whoever has used less has only just started. */
  private static final Duration NOTICED = Duration.ofMillis(500);

  private final Thresholds thresholds;

  public LivelockDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "livelock";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Trend trend = Trend.of(timeline, thresholds);
    Look look = timeline.look();
    if (!trend.isLongEnough()) {
      return atTheSameLines(look);
    }
    List<ObservedThread> candidates =
        look.observation().threads().stream().filter(thread -> mayBe(thread, look)).toList();
    if (candidates.isEmpty()) {
      return List.of();
    }
    Standing standing = new Standing(timeline, thresholds, candidates);
    Map<String, List<ObservedThread>> byLoop = new LinkedHashMap<>();
    for (ObservedThread candidate : candidates) {
      List<ObservedThread> recent = recent(standing.history(candidate), trend);
      String loop = getsNowhere(recent, trend, timeline) ? HotLoop.of(recent) : "";
      if (!loop.isEmpty()) {
        byLoop.computeIfAbsent(loop, each -> new ArrayList<>()).add(candidate);
      }
    }
    List<Finding> findings = new ArrayList<>();
    byLoop.forEach(
        (loop, threads) -> {
          if (!isLone(threads, look)) {
            findings.add(finding(loop, threads, trend, look));
          }
        });
    return findings;
  }

  /**
   * A dump alone may show several threads that compute at the very same lines, none of them in the
   * JDK: that is more often a loop than chance, and worth two more dumps.
   */
  private List<Finding> atTheSameLines(Look look) {
    Map<Long, List<ObservedThread>> byPlace = new LinkedHashMap<>();
    for (ObservedThread thread : look.observation().threads()) {
      long cpu = thread.traits().cpuNanos();
      boolean worked = cpu == ThreadTraits.UNKNOWN_CPU || cpu >= NOTICED.toNanos();
      if (Waits.fromDump(thread)
          && thread.state() == ThreadState.RUNNABLE
          && worked
          && !thread.stack().isEmpty()
          && look.facts(thread).ownFrame().equals(thread.stack().get(0))
          && !Frames.isJdk(thread.stack().get(0))
          && !isNative(thread)) {
        byPlace.computeIfAbsent(look.facts(thread).place(), p -> new ArrayList<>()).add(thread);
      }
    }
    return byPlace.values().stream()
        .filter(threads -> threads.size() >= thresholds.standingWaiters())
        .map(threads -> advice(threads, look))
        .toList();
  }

  private Finding advice(List<ObservedThread> threads, Look look) {
    String place = Waits.place(threads.get(0), look);
    return new Suspicion(
            type(),
            Severity.ADVICE,
            look,
            "%s compute at the same line, %s"
                .formatted(Words.counted(threads.size(), "thread"), place))
        .signedBy(Waits.method(threads.get(0), look))
        .with(Role.MEMBER, threads)
        .because(
            "%s run, and all their frames are the same"
                .formatted(Words.list(threads.stream().map(Words::name).toList())))
        .now("take two more dumps, some seconds apart: a loop without end stays where it is")
        .cause("a loop whose end does not come, or a long computation: " + place)
        .fix("check what ends the loop; a map that is not made for several threads can loop too")
        .unseen("whether they get on: one look cannot tell; 'jcmd PID Thread.print' again, twice")
        .finding();
  }

  private static boolean mayBe(ObservedThread thread, Look look) {
    StackFacts facts = look.facts(thread);
    boolean burns =
        thread.state() == ThreadState.RUNNABLE
            && thread.traits().cpuNanos() > 0
            && !facts.isIn(StackTag.BLOCKING_IO)
            && !isNative(thread);
    return facts.hasOwnCode() && !facts.isIdle() && (burns || retries(facts));
  }

  /** What runs outside Java may wait there, for all that the JVM knows. */
  private static boolean isNative(ObservedThread thread) {
    return !thread.stack().isEmpty() && NATIVE.matcher(thread.stack().get(0)).matches();
  }

  private static boolean retries(StackFacts facts) {
    return facts.isIn(StackTag.TRY_LOCK) || facts.isIn(StackTag.SPIN);
  }

  /** One thread that waits long for one lock with a timeout is in nobody's way. */
  private static boolean isLone(List<ObservedThread> threads, Look look) {
    return threads.size() == 1
        && look.facts(threads.get(0)).isIn(StackTag.TRY_LOCK)
        && threads.get(0).state() != ThreadState.RUNNABLE;
  }

  /** The thread at each look of the trend; empty when it was not there all the time. */
  private static List<ObservedThread> recent(List<ObservedThread> history, Trend trend) {
    int looks = trend.looks().size();
    return history.size() < looks
        ? List.of()
        : history.subList(history.size() - looks, history.size());
  }

  /*
   * Who tries for a lock, sleeps and tries again may succeed each time between two looks. Somebody
   * who takes dumps has a reason to suspect that it does not; a look that is taken every second has
   * none, and takes only a burning processor for a sign. A live thread that burns without saying
   * that it waits computes, for all that can be seen.
   */
  private boolean getsNowhere(List<ObservedThread> recent, Trend trend, Timeline timeline) {
    boolean polls = recent.stream().anyMatch(then -> timeline.facts(then).isIdle());
    if (recent.isEmpty() || polls) {
      return false;
    }
    long retrying = recent.stream().filter(then -> retries(timeline.facts(then))).count();
    return Waits.fromDump(recent.get(0))
        ? retrying == recent.size() || burns(recent, trend)
        : 2 * retrying >= recent.size() && burns(recent, trend);
  }

  private boolean burns(List<ObservedThread> recent, Trend trend) {
    for (int i = 1; i < recent.size(); i++) {
      Duration time =
          Duration.between(trend.looks().get(i - 1).time(), trend.looks().get(i).time());
      Stretch stretch = new Stretch(recent.get(i - 1), recent.get(i), time);
      boolean runs = recent.get(i - 1).state() == ThreadState.RUNNABLE;
      if (!runs || stretch.cpuShare() < thresholds.spinningCpu()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a computation gets anywhere, no stack tells; one that only retries does not. */
  private static String headline(int threads, boolean retries, String place) {
    boolean one = threads == 1;
    String does =
        retries
            ? "%s at %s and %s nowhere"
                .formatted(one ? "retries" : "retry", place, one ? "gets" : "get")
            : "%s at %s and %s not leave it"
                .formatted(
                    one ? "burns a processor" : "burn processors", place, one ? "does" : "do");
    return Words.counted(threads, "thread") + " " + does;
  }

  private Finding finding(String loop, List<ObservedThread> threads, Trend trend, Look look) {
    boolean retries = threads.stream().anyMatch(thread -> retries(look.facts(thread)));
    String place = Frames.brief(loop);
    String names = Words.list(threads.stream().map(Words::name).toList());
    return new Suspicion(
            type(),
            retries ? Severity.WARNING : Severity.ADVICE,
            look,
            headline(threads.size(), retries, place))
        .since(trend.looks().get(0).time())
        .signedBy(loop)
        .with(Role.MEMBER, threads)
        .because(
            "%s stood in the same few methods in each of %d looks over %.1f s"
                .formatted(names, trend.looks().size(), trend.span().toMillis() / 1000.0))
        .because(
            retries
                ? "that code spins, yields or tries for a lock, and did nothing else meanwhile"
                : "all that time it used a processor and never waited")
        .now(
            "take a few more dumps: if the stack stays, restart the instance to free the processor")
        .cause(
            retries
                ? "threads give way to each other and try again at once: " + place
                : "a loop whose end does not come, or a long computation: " + place)
        .fix(
            retries
                ? "take the locks in one order, or back off for a random time that grows"
                : "check what ends the loop; a map that is not made for several threads can loop too")
        .unseen("whether the work is useful: look at what the loop counts or produces")
        .finding();
  }
}
