package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.known.StackTag;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.VirtualScheduler;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Stretch;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The carriers of one look, and the virtual threads that hold them while they wait. */
final class Carriers {
  private static final String NATIVE = "(Native Method)";
  private static final String INITIALIZER = ".<clinit>";

  private final Look look;
  private final @Nullable Look before;
  private final double restingCpu;
  private final List<ObservedThread> pinned = new ArrayList<>();
  private int runnable;
  private int mounted;

  private Carriers(Look look, @Nullable Look before, double restingCpu) {
    this.look = look;
    this.before = before;
    this.restingCpu = restingCpu;
  }

  static Carriers of(Timeline timeline, Thresholds thresholds) {
    Look look = timeline.look();
    Carriers carriers =
        new Carriers(look, timeline.previous().orElse(null), thresholds.restingCpu());
    for (ObservedThread thread : look.observation().threads()) {
      if (thread.virtual()) {
        carriers.count(thread);
      }
    }
    return carriers;
  }

  private void count(ObservedThread thread) {
    boolean isMounted = thread.traits().carrier() != ThreadTraits.NO_CARRIER;
    boolean waits =
        thread.state() == ThreadState.BLOCKED
            || thread.state() == ThreadState.WAITING
            || thread.state() == ThreadState.TIMED_WAITING;
    if (isMounted) {
      mounted++;
    }
    if (look.facts(thread).isIn(StackTag.PINNED) || isMounted && (waits || rests(thread))) {
      pinned.add(thread);
    } else if (!isMounted && thread.state() == ThreadState.RUNNABLE) {
      runnable++;
    }
  }

  /**
   * Whether a thread that is said to run has stood on a carrier which used no processor since the
   * look before: it waits in the JVM itself, for a class to be initialised, say.
   */
  private boolean rests(ObservedThread thread) {
    long carrier = thread.traits().carrier();
    ObservedThread then = before == null ? null : before.index().thread(thread.id());
    ObservedThread carrierNow = look.index().thread(carrier);
    ObservedThread carrierThen = before == null ? null : before.index().thread(carrier);
    if (before == null
        || then == null
        || then.traits().carrier() != carrier
        || carrierNow == null
        || carrierThen == null) {
      return false;
    }
    Duration time = Duration.between(before.observation().time(), look.observation().time());
    Stretch stretch = new Stretch(carrierThen, carrierNow, time);
    return stretch.cpuNanos() != Stretch.UNKNOWN && stretch.isAtRest(restingCpu);
  }

  /** Virtual threads that wait and keep their carrier. */
  List<ObservedThread> pinned() {
    return pinned;
  }

  /** How many virtual threads can run at once, or {@link VirtualScheduler#UNKNOWN}. */
  int parallelism() {
    VirtualScheduler scheduler = look.observation().scheduler();
    return scheduler == null ? VirtualScheduler.UNKNOWN : scheduler.parallelism();
  }

  /** How many virtual threads could run and have no carrier. */
  int waiting() {
    VirtualScheduler scheduler = look.observation().scheduler();
    if (scheduler != null && scheduler.queued() != VirtualScheduler.UNKNOWN) {
      return scheduler.queued();
    }
    // A source that tells of no carrier at all calls a thread that runs runnable, too.
    return mounted > 0 ? runnable : Math.max(0, runnable - Math.max(0, seenCarriers()));
  }

  /**
   * Whether every carrier is held by a virtual thread that waits, while others could run. Where the
   * parallelism is not known, the carriers that were seen must do, and none of them may be idle.
   */
  boolean starved() {
    int carriers = parallelism() == VirtualScheduler.UNKNOWN ? seenCarriers() : parallelism();
    return carriers > 0 && pinned.size() >= carriers && waiting() > 0;
  }

  /** Carriers that run a virtual thread, and idle threads that bear the same name. */
  private int seenCarriers() {
    Set<String> kinds = new HashSet<>();
    int seen = 0;
    for (ObservedThread thread : look.threadsWith(StackTag.CARRIER)) {
      if (!thread.virtual()) {
        kinds.add(Frames.namePattern(thread.name()));
        seen++;
      }
    }
    for (ObservedThread thread : look.threadsWith(StackTag.IDLE)) {
      if (!thread.virtual() && kinds.contains(Frames.namePattern(thread.name()))) {
        seen++;
      }
    }
    return seen == 0 ? VirtualScheduler.UNKNOWN : seen;
  }

  /** What keeps it on its carrier, as its stack tells. */
  String reason(ObservedThread thread) {
    boolean parked = false;
    for (int i = 0; i < thread.stack().size(); i++) {
      String frame = thread.stack().get(i);
      if (!Frames.isJdk(frame)) {
        parked = true; // Whatever is called below here is on the way to the wait, not part of it.
      }
      if (frame.contains(INITIALIZER)) {
        return "a class is being initialised: " + Frames.brief(frame);
      }
      if (parked && frame.contains(NATIVE)) {
        return "a native frame is on its stack: " + Frames.brief(frame);
      }
    }
    return synchronizedPins()
        ? "it holds or waits for a monitor"
        : "a native frame is on its stack";
  }

  /** Up to JDK 23 a monitor pins; from 24 on only native frames and class initialisation do. */
  private boolean synchronizedPins() {
    String jdk = look.observation().jvm().jdk();
    int end = 0;
    while (end < jdk.length() && Character.isDigit(jdk.charAt(end))) {
      end++;
    }
    return end == 0 || end > 3 || Integer.parseInt(jdk.substring(0, end)) < 24;
  }
}
