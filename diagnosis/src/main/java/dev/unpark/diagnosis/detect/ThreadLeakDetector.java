package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds kinds of platform threads of which more and more are started and none ends. */
public final class ThreadLeakDetector implements Detector {

  /*
   * A pool that warms up grows too, but it stops at its limit, and its threads bear one pool's name.
   * So a kind that belongs to one executor with a limit is left out. In a series it must have grown
   * at nearly every look while next to none ended, by threads that do nothing. In a single look it
   * takes a crowd at one place, each in a pool of its own or in none: a thousand workers of one
   * pool are a choice. Virtual threads are made to be many.
   */
  private final Thresholds thresholds;

  public ThreadLeakDetector(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  @Override
  public String type() {
    return "thread-leak";
  }

  @Override
  public List<Finding> examine(Timeline timeline) {
    Look look = timeline.look();
    List<Observation> looks = timeline.last(Integer.MAX_VALUE);
    int now = platformThreads(look.observation());
    boolean grew =
        looks.size() >= thresholds.looks()
            && now - platformThreads(looks.get(0)) >= thresholds.leakedThreads();
    if (!grew && now < thresholds.crowdedThreads()) {
      return List.of(); // The usual case ends here, before names are read.
    }
    Map<String, List<ObservedThread>> kinds = kinds(look.observation());
    Map<String, ThreadGrowth> grown = grew ? ThreadGrowth.of(kinds.keySet(), looks) : Map.of();
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, List<ObservedThread>> kind : kinds.entrySet()) {
      if (belongsToOnePool(kind.getKey(), look.observation())) {
        continue;
      }
      ThreadGrowth growth = grown.get(kind.getKey());
      if (growth != null && growth.isLeak(thresholds) && mostlyRest(kind.getValue(), look)) {
        findings.add(finding(kind.getValue(), growth, look));
      } else {
        Crowd.of(kind.getValue(), look, thresholds)
            .ifPresent(crowd -> findings.add(finding(kind.getKey(), crowd, look)));
      }
    }
    return findings;
  }

  private static int platformThreads(Observation look) {
    int count = 0;
    for (ObservedThread thread : look.threads()) {
      if (!thread.virtual()) {
        count++;
      }
    }
    return count;
  }

  private Map<String, List<ObservedThread>> kinds(Observation look) {
    Map<String, List<ObservedThread>> kinds = new TreeMap<>();
    for (ObservedThread thread : look.threads()) {
      if (!thread.virtual()) {
        kinds
            .computeIfAbsent(Frames.namePattern(thread.name()), name -> new ArrayList<>())
            .add(thread);
      }
    }
    kinds.values().removeIf(kind -> kind.size() < thresholds.leakedThreads());
    return kinds;
  }

  private static boolean belongsToOnePool(String kind, Observation look) {
    List<ExecutorState> pools =
        look.executors().stream().filter(pool -> pool.name().equals(kind)).toList();
    return pools.size() == 1 && pools.get(0).limit() != ExecutorState.UNBOUNDED;
  }

  private static boolean mostlyRest(List<ObservedThread> threads, Look look) {
    long resting = threads.stream().filter(thread -> Waits.waits(thread, look)).count();
    return resting * 10 >= threads.size() * 9L;
  }

  private Finding finding(List<ObservedThread> threads, ThreadGrowth growth, Look look) {
    return advised(
            new Suspicion(
                    type(),
                    Severity.WARNING,
                    look,
                    "%d threads \"%s\" became %d in %d s, and %s"
                        .formatted(
                            growth.before(),
                            growth.kind(),
                            growth.after(),
                            growth.span().toSeconds(),
                            growth.ended() == 0 ? "none ended" : growth.ended() + " ended"))
                .since(look.observation().time().minus(growth.span()))
                .signedBy(growth.kind())
                .because(
                    "%s came over %s"
                        .formatted(
                            Words.counted(growth.after() - growth.before(), "thread"),
                            Words.counted(growth.looks(), "look")))
                .with(Role.WORKER, threads),
            threads,
            look)
        .finding();
  }

  private Finding finding(String kind, Crowd crowd, Look look) {
    Suspicion suspicion =
        new Suspicion(
                type(),
                Severity.WARNING,
                look,
                "%d threads \"%s\" wait at one place".formatted(crowd.threads().size(), kind))
            .signedBy(kind)
            .because(
                crowd.pools() > 0
                    ? "they belong to %d pools of the same name".formatted(crowd.pools())
                    : "no pool holds them: each was started for itself")
            .with(Role.WORKER, crowd.threads());
    return advised(suspicion, crowd.threads(), look)
        .unseen("whether they still grow in number: take two more dumps, some minutes apart")
        .finding();
  }

  private static Suspicion advised(Suspicion suspicion, List<ObservedThread> threads, Look look) {
    Set<String> places = new HashSet<>();
    threads.forEach(thread -> places.add(Waits.place(thread, look)));
    places.remove("");
    if (!places.isEmpty()) {
      suspicion.because("they stand at " + Words.list(places.stream().sorted().toList()));
    }
    return suspicion
        .now("restart before memory or the limit of threads runs out; nothing else ends them")
        .cause("an executor, timer or client is made per call and never shut down")
        .fix("make it once and share it, or close it where it was made")
        .unseen("who starts them: the agent names the place where each executor was made");
  }
}
