package dev.unpark.collector.incident;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a finding that was kept as JSON, as far as it is told to people. What another version wrote
 * and this one does not know is passed over.
 */
public final class FindingReader {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FindingReader() {}

  /** The finding; empty when the text is none. */
  public static Optional<Finding> read(String json) {
    try {
      return Optional.of(finding(MAPPER.readTree(json)));
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException strange) {
      return Optional.empty();
    }
  }

  private static Finding finding(JsonNode json) {
    return new Finding(
        text(json, "id"),
        text(json, "type"),
        ofLabel(Finding.State.values(), Finding.State::label, text(json, "state")),
        ofLabel(Certainty.values(), Certainty::label, text(json, "certainty")),
        ofLabel(Severity.values(), Severity::label, text(json, "severity")),
        text(json, "headline"),
        Instant.parse(text(json, "since")),
        Instant.parse(text(json, "observedAt")),
        jvm(json.path("jvm")),
        each(json.path("participants"), FindingReader::participant),
        each(json.path("resources"), FindingReader::resource),
        each(json.path("executors"), FindingReader::executor),
        each(json.path("explanation"), JsonNode::asText),
        each(json.path("nextSteps"), FindingReader::step),
        each(json.path("limits"), JsonNode::asText));
  }

  private static JvmIdentity jvm(JsonNode json) {
    return new JvmIdentity(
        text(json, "service"),
        text(json, "instance"),
        json.path("pid").asLong(JvmIdentity.UNKNOWN_PID),
        text(json, "jdk"));
  }

  private static Participant participant(JsonNode json) {
    JsonNode thread = json.path("thread");
    ObservedThread seen =
        ObservedThread.live(
            thread.path("id").asLong(),
            text(thread, "name"),
            thread.path("virtual").asBoolean(),
            ThreadState.of(text(thread, "state")),
            null,
            each(json.path("stack"), JsonNode::asText));
    JsonNode wanted = json.get("waitsFor");
    return new Participant(
        seen,
        ofLabel(Role.values(), Role::label, text(json, "role")),
        each(json.path("holds"), FindingReader::resource),
        wanted == null ? null : resource(wanted));
  }

  private static Resource resource(JsonNode json) {
    return new Resource(
        text(json, "id"),
        ResourceKind.of(text(json, "kind")),
        text(json, "class"),
        text(json, "site"),
        release(json));
  }

  private static Release release(JsonNode json) {
    if (json.has("heldBy")) {
      return Release.owner(json.path("heldBy").asLong());
    }
    if (json.has("heldByAll")) {
      return new Release.AllOf(threads(json.path("heldByAll")));
    }
    if (!json.path("heldByAny").isEmpty()) {
      return new Release.AnyOf(threads(json.path("heldByAny")));
    }
    if (json.has("believedHolders")) {
      return new Release.Believed(threads(json.path("believedHolders")), "");
    }
    return json.has("servedBy")
        ? new Release.ServedBy(text(json, "servedBy"))
        : new Release.Unknown();
  }

  private static ExecutorState executor(JsonNode json) {
    return new ExecutorState(
        text(json, "id"),
        text(json, "name"),
        text(json, "type"),
        text(json, "site"),
        List.copyOf(threads(json.path("workerThreads"))),
        false,
        json.path("core").asInt(),
        json.path("limit").asInt(ExecutorState.UNBOUNDED),
        json.path("active").asInt(),
        json.path("queued").asInt(),
        json.path("queueCapacity").asInt(ExecutorState.UNBOUNDED),
        json.path("completed").asLong(),
        json.path("rejected").asLong(),
        null);
  }

  private static NextStep step(JsonNode json) {
    String said = json.asText();
    int colon = said.indexOf(": ");
    NextStep.Kind kind =
        ofLabel(
            NextStep.Kind.values(), NextStep.Kind::label, said.substring(0, Math.max(0, colon)));
    return new NextStep(kind, said.substring(colon + 2));
  }

  private static Set<Long> threads(JsonNode json) {
    return new HashSet<>(each(json, JsonNode::asLong));
  }

  private static <T> List<T> each(JsonNode array, Function<JsonNode, T> read) {
    List<T> all = new ArrayList<>();
    array.forEach(element -> all.add(read.apply(element)));
    return all;
  }

  private static String text(JsonNode json, String name) {
    @Nullable JsonNode value = json.get(name);
    return value == null ? "" : value.asText();
  }

  private static <T> T ofLabel(T[] values, Function<T, String> label, String wanted) {
    return Arrays.stream(values)
        .filter(value -> label.apply(value).equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing is called '" + wanted + "'"));
  }
}
