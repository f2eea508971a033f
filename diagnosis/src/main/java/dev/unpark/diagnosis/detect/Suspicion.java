package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.timeline.Look;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finding in the making that rests on appearance, load or a trend, and is therefore never more
 * than suspected.
 *
 * <p><b>Threading:</b> confined to the detector that makes it. <b>When full:</b> the first {@value
 * #MOST_PARTICIPANTS} participants are kept and the rest is told in the limits: a hundred thousand
 * virtual threads at one place need not all be shown.
 */
final class Suspicion {
  private static final int MOST_PARTICIPANTS = 200;

  private final String type;
  private final Look look;
  private final Severity severity;
  private final String headline;
  private final List<String> signature = new ArrayList<>();
  private final List<Participant> participants = new ArrayList<>();
  private final Map<String, Resource> resources = new LinkedHashMap<>();
  private final List<ExecutorState> executors = new ArrayList<>();
  private final List<String> explanation = new ArrayList<>();
  private final List<NextStep> nextSteps = new ArrayList<>();
  private final List<String> limits = new ArrayList<>();
  private Instant since;
  private int leftOut;

  Suspicion(String type, Severity severity, Look look, String headline) {
    this.type = type;
    this.severity = severity;
    this.look = look;
    this.headline = headline;
    this.since = look.observation().time();
  }

  Suspicion since(Instant beginning) {
    since = beginning;
    return this;
  }

  /** What stays the same from run to run, and so makes the id. */
  Suspicion signedBy(String part) {
    signature.add(part);
    return this;
  }

  /** Its kind, what it waits for and the code that it is in stay the same from run to run. */
  Suspicion signedBy(ObservedThread thread) {
    Resource waitedFor = look.index().waitedFor(thread);
    return signedBy(
        String.join(
            "|",
            Frames.namePattern(thread.name()),
            waitedFor == null ? "" : waitedFor.kind().label(),
            Frames.method(Frames.ownFrame(thread.stack()))));
  }

  /** A pool that takes part. */
  Suspicion about(ExecutorState executor) {
    executors.add(executor);
    return this;
  }

  Suspicion with(Role role, Collection<ObservedThread> threads) {
    threads.forEach(thread -> with(role, thread));
    return this;
  }

  Suspicion with(Role role, ObservedThread thread) {
    if (participants.size() == MOST_PARTICIPANTS) {
      leftOut++;
      return this;
    }
    Resource waitedFor = look.index().waitedFor(thread);
    if (waitedFor != null) {
      resources.put(waitedFor.id(), waitedFor);
    }
    List<Resource> held = role == Role.HOLDER ? look.index().heldBy(thread.id()) : List.of();
    participants.add(new Participant(thread, role, held, waitedFor));
    return this;
  }

  Suspicion because(String reason) {
    explanation.add(reason);
    return this;
  }

  Suspicion then(NextStep step) {
    nextSteps.add(step);
    return this;
  }

  Suspicion then(List<NextStep> steps) {
    nextSteps.addAll(steps);
    return this;
  }

  Suspicion now(String step) {
    nextSteps.add(NextStep.now(step));
    return this;
  }

  Suspicion cause(String cause) {
    nextSteps.add(NextStep.cause(cause));
    return this;
  }

  Suspicion fix(String fix) {
    nextSteps.add(NextStep.fix(fix));
    return this;
  }

  /** What is missing for a proof, and how to see it. */
  Suspicion unseen(String limit) {
    limits.add(limit);
    return this;
  }

  Finding finding() {
    Observation latest = look.observation();
    List<String> unseen = new ArrayList<>(limits);
    if (leftOut > 0) {
      unseen.add("%d more threads take part; they are not listed".formatted(leftOut));
    }
    unseen.addAll(latest.limits());
    return new Finding(
        Signature.id(type, signature),
        type,
        Finding.State.OPENED,
        Certainty.SUSPECTED,
        severity,
        headline,
        since,
        latest.time(),
        latest.jvm(),
        participants,
        List.copyOf(resources.values()),
        executors,
        explanation,
        nextSteps,
        unseen);
  }
}
