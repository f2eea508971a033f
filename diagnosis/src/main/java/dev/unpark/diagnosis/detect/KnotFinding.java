package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a finding of the threads of a knot.
 *
 * @param stuck these threads
 */
record KnotFinding(StuckThreads stuck) {

  /** More victims than this are counted, not listed. */
  static final int MOST_VICTIMS = 200;

  Finding told(String type, String headline, List<String> explanation, List<NextStep> nextSteps) {
    return new Finding(
        Signature.id(type, signature()),
        type,
        Finding.State.OPENED,
        stuck.isProven() ? Certainty.PROVEN : Certainty.SUSPECTED,
        Severity.CRITICAL,
        headline,
        stuck.since(),
        stuck.latest().time(),
        stuck.latest().jvm(),
        participants(),
        stuck.resources(),
        stuck.pools(),
        explanation,
        nextSteps,
        limits());
  }

  private List<String> signature() {
    List<String> parts = new ArrayList<>();
    for (ObservedThread member : stuck.members()) {
      Resource resource = stuck.waitedFor(member);
      parts.add(
          String.join(
              "|",
              Frames.namePattern(member.name()),
              resource.kind().label(),
              Frames.withoutHiddenNumbers(resource.className()),
              Frames.method(Frames.ownFrame(member.stack()))));
    }
    return parts;
  }

  private List<Participant> participants() {
    List<Participant> participants = new ArrayList<>();
    List<ObservedThread> victims = stuck.victims();
    for (ObservedThread member : stuck.members()) {
      participants.add(
          new Participant(member, Role.MEMBER, stuck.heldInKnot(member), stuck.waitedFor(member)));
    }
    for (ObservedThread victim : victims.subList(0, Math.min(MOST_VICTIMS, victims.size()))) {
      participants.add(new Participant(victim, Role.VICTIM, List.of(), stuck.waitedFor(victim)));
    }
    return participants;
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>();
    if (!stuck.isProven()) {
      limits.add(missingForProof());
    }
    if (stuck.waitsForFuture()) {
      limits.add(Words.FROM_OUTSIDE);
    }
    if (stuck.untold() > 0) {
      limits.add(
          Words.counted(stuck.untold(), "more knot") + " of this kind: restart, then look again");
    }
    int victims = stuck.victims().size();
    if (victims > MOST_VICTIMS) {
      limits.add(Words.counted(victims - MOST_VICTIMS, "more victim") + ": counted only");
    }
    limits.addAll(stuck.latest().limits());
    return limits;
  }

  private String missingForProof() {
    if (stuck.isBelieved()) {
      return "whether nobody else can end these waits; believed is: " + Words.list(beliefs());
    }
    boolean noEvidence = stuck.members().stream().anyMatch(member -> turn(member).isEmpty());
    if (noEvidence) {
      return "whether the threads made progress: this source has no count or cpu time of"
          + " them, `unpark attach PID` and the agent have";
    }
    if (stuck.bearsOtherAddresses()) {
      return "whether these are the locks of the look before, at whose lines they stand: their"
          + " addresses are others, as after a garbage collection; look again";
    }
    if (stuck.stood() && !stuck.hands().isEmpty()) {
      return "whether one of those that are in the same code completes by hand what is waited for: "
          + Words.list(stuck.hands().stream().map(Words::name).toList());
    }
    return stuck.stood()
        ? "two looks between which none of them went on: they were in these waits twice, but not in"
            + " the same turns"
        : "a second look: the same waits seen twice are the proof";
  }

  private List<String> beliefs() {
    return stuck.members().stream()
        .map(member -> stuck.waitedFor(member).release())
        .filter(Release.Believed.class::isInstance)
        .map(release -> ((Release.Believed) release).why())
        .distinct()
        .toList();
  }

  private static String turn(ObservedThread thread) {
    Wait wait = thread.currentWait();
    return wait == null ? "" : wait.turn();
  }
}
