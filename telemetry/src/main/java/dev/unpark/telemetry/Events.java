package dev.unpark.telemetry;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import java.util.List;

/** Names, severities and attributes of the events that Unpark sends as OTLP log records. */
public final class Events {
  /** One look at one JVM; its body is a frame of {@link ObservationEncoder}. */
  public static final String OBSERVATION = "unpark.observation";

  /** A finding is new. */
  public static final String FINDING_OPENED = "unpark.finding.opened";

  /** A finding has changed in certainty, severity or participants. */
  public static final String FINDING_UPDATED = "unpark.finding.updated";

  /** A finding is over. */
  public static final String FINDING_CLOSED = "unpark.finding.closed";

  public static final AttributeKey<String> FINDING_ID = AttributeKey.stringKey("unpark.finding.id");
  public static final AttributeKey<String> FINDING_TYPE =
      AttributeKey.stringKey("unpark.finding.type");
  public static final AttributeKey<String> FINDING_CERTAINTY =
      AttributeKey.stringKey("unpark.finding.certainty");
  public static final AttributeKey<String> FINDING_SEVERITY =
      AttributeKey.stringKey("unpark.finding.severity");
  public static final AttributeKey<String> FINDING_HEADLINE =
      AttributeKey.stringKey("unpark.finding.headline");
  public static final AttributeKey<String> FINDING_RUNBOOK =
      AttributeKey.stringKey("unpark.finding.runbook");

  /** Ids of the participants; names and stacks stand in the same order. */
  public static final AttributeKey<List<Long>> THREAD_IDS = AttributeKey.longArrayKey("thread.id");

  public static final AttributeKey<List<String>> THREAD_NAMES =
      AttributeKey.stringArrayKey("thread.name");
  public static final AttributeKey<List<String>> STACKS =
      AttributeKey.stringArrayKey("code.stacktrace");

  /** A finding may have a thousand victims; an event tells those that come first, members ahead. */
  private static final int MAX_PARTICIPANTS = 32;

  private Events() {}

  /** The event that tells of a finding in this state. */
  public static String name(Finding.State state) {
    return switch (state) {
      case OPENED -> FINDING_OPENED;
      case UPDATED -> FINDING_UPDATED;
      case CLOSED -> FINDING_CLOSED;
    };
  }

  /** How severe the event of a finding is; that one is over is news, not trouble. */
  public static Severity severity(Finding finding) {
    if (finding.state() == Finding.State.CLOSED) {
      return Severity.INFO;
    }
    return switch (finding.severity()) {
      case CRITICAL -> Severity.ERROR;
      case WARNING -> Severity.WARN;
      case ADVICE -> Severity.INFO;
    };
  }

  /** A finding, flattened to the attributes of its event. */
  public static Attributes findingAttributes(Finding finding) {
    List<Participant> told = finding.participants().stream().limit(MAX_PARTICIPANTS).toList();
    return Attributes.builder()
        .put(FINDING_ID, finding.id())
        .put(FINDING_TYPE, finding.type())
        .put(FINDING_CERTAINTY, finding.certainty().label())
        .put(FINDING_SEVERITY, finding.severity().label())
        .put(FINDING_HEADLINE, finding.headline())
        .put(FINDING_RUNBOOK, finding.runbook())
        .put(THREAD_IDS, told.stream().map(participant -> participant.thread().id()).toList())
        .put(THREAD_NAMES, told.stream().map(participant -> participant.thread().name()).toList())
        .put(
            STACKS,
            told.stream()
                .map(participant -> String.join("\n", participant.thread().stack()))
                .toList())
        .build();
  }
}
