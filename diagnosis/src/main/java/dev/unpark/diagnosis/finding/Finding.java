package dev.unpark.diagnosis.finding;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Something wrong with one JVM, with the argument for it.
 *
 * @param id {@code type:hash}; the same for the same trouble in the same code, whatever the time,
 *     the instance or the restart
 * @param type name of the detector: {@code deadlock}, {@code lock-convoy}
 * @param state where it stands in its life
 * @param certainty how sure it is
 * @param severity how urgent it is
 * @param headline one line, without a full stop
 * @param since when the trouble began, as far as it was seen
 * @param observedAt time of the latest look that shows it
 * @param jvm where
 * @param participants the threads, the members of a knot first
 * @param resources what they wait for and hold
 * @param executors the pools that take part
 * @param explanation the chain of reasons, one sentence a link
 * @param nextSteps what to do now, the cause, the fix
 * @param limits what could not be seen or is missing for a proof, and how to see it
 */
public record Finding(
    String id,
    String type,
    State state,
    Certainty certainty,
    Severity severity,
    String headline,
    Instant since,
    Instant observedAt,
    JvmIdentity jvm,
    List<Participant> participants,
    List<Resource> resources,
    List<ExecutorState> executors,
    List<String> explanation,
    List<NextStep> nextSteps,
    List<String> limits) {
  public Finding {
    Objects.requireNonNull(state);
    Objects.requireNonNull(certainty);
    Objects.requireNonNull(severity);
    Objects.requireNonNull(headline);
    Objects.requireNonNull(since);
    Objects.requireNonNull(observedAt);
    Objects.requireNonNull(jvm);
    participants = List.copyOf(participants);
    resources = List.copyOf(resources);
    executors = List.copyOf(executors);
    explanation = List.copyOf(explanation);
    nextSteps = List.copyOf(nextSteps);
    limits = List.copyOf(limits);
    if (!id.startsWith(type + ":")) {
      throw new IllegalArgumentException(
          "the id of a '%s' starts with its type, got '%s'".formatted(type, id));
    }
  }

  /** Where a finding stands in its life. */
  public enum State {
    OPENED("opened"),
    UPDATED("updated"),
    CLOSED("closed");

    private final String label;

    State(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** The page that says what to do, relative to the project's root: one for each type. */
  public String runbook() {
    return "docs/runbooks/" + type + ".md";
  }

  /** This finding, at another point of its life. */
  public Finding in(State newState) {
    return with(id, newState, certainty, since);
  }

  /** This finding, with one more thing that is not seen in it. */
  public Finding withLimit(String limit) {
    List<String> more = new ArrayList<>(limits);
    more.add(0, limit);
    return new Finding(
        id,
        type,
        state,
        certainty,
        severity,
        headline,
        since,
        observedAt,
        jvm,
        participants,
        resources,
        executors,
        explanation,
        nextSteps,
        more);
  }

  /** This finding with a certainty and a beginning that only its history can tell. */
  public Finding with(String newId, State newState, Certainty newCertainty, Instant newSince) {
    return new Finding(
        newId,
        type,
        newState,
        newCertainty,
        severity,
        headline,
        newSince,
        observedAt,
        jvm,
        participants,
        resources,
        executors,
        explanation,
        nextSteps,
        limits);
  }
}
