package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Attachment;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A finding in the one JSON shape that the agent, the collector and the CLI share. */
public final class FindingJson {
  private FindingJson() {}

  /** The finding as one line of JSON. */
  public static String line(Finding finding) {
    return line(finding, List.of());
  }

  /**
   * The finding as one line of JSON.
   *
   * @param attached files that stand beside it
   */
  public static String line(Finding finding, List<Attachment> attached) {
    JsonWriter json = new JsonWriter();
    write(json, finding, attached);
    return json.toString();
  }

  /** Writes the finding as the next value of {@code json}. */
  public static void write(JsonWriter json, Finding finding) {
    write(json, finding, List.of());
  }

  private static void write(JsonWriter json, Finding finding, List<Attachment> attached) {
    json.beginObject();
    json.name("id").value(finding.id());
    json.name("type").value(finding.type());
    json.name("state").value(finding.state().label());
    json.name("certainty").value(finding.certainty().label());
    json.name("severity").value(finding.severity().label());
    json.name("headline").value(finding.headline());
    json.name("since").value(finding.since().truncatedTo(ChronoUnit.MILLIS).toString());
    json.name("observedAt").value(finding.observedAt().truncatedTo(ChronoUnit.MILLIS).toString());
    writeJvm(json.name("jvm"), finding.jvm());
    json.name("participants").beginArray();
    for (Participant participant : finding.participants()) {
      writeParticipant(json, participant);
    }
    json.endArray();
    json.name("resources").beginArray();
    for (Resource resource : finding.resources()) {
      writeResource(json, resource);
    }
    json.endArray();
    json.name("executors").beginArray();
    for (ExecutorState executor : finding.executors()) {
      writeExecutor(json, executor, finding);
    }
    json.endArray();
    json.name("explanation").strings(finding.explanation());
    json.name("nextSteps").beginArray();
    for (NextStep step : finding.nextSteps()) {
      json.value(step.kind().label() + ": " + step.text());
    }
    json.endArray();
    json.name("runbook").value(finding.runbook());
    json.name("limits").strings(finding.limits());
    json.name("evidence").beginArray();
    for (Participant participant : finding.participants()) {
      writeEvidence(json, participant.thread());
    }
    for (Attachment file : attached) {
      json.beginObject();
      json.name("kind").value(file.kind().label());
      json.name("file").value(file.path());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  private static void writeJvm(JsonWriter json, JvmIdentity jvm) {
    json.beginObject();
    json.name("service").value(jvm.service());
    json.name("instance").value(jvm.instance());
    if (jvm.pid() != JvmIdentity.UNKNOWN_PID) {
      json.name("pid").value(jvm.pid());
    }
    if (!jvm.jdk().isEmpty()) {
      json.name("jdk").value(jvm.jdk());
    }
    json.endObject();
  }

  private static void writeParticipant(JsonWriter json, Participant participant) {
    json.beginObject();
    json.name("thread").beginObject();
    json.name("id").value(participant.thread().id());
    json.name("name").value(participant.thread().name());
    json.name("virtual").value(participant.thread().virtual());
    json.name("state").value(participant.thread().state().name());
    json.endObject();
    json.name("role").value(participant.role().label());
    json.name("holds").beginArray();
    for (Resource held : participant.holds()) {
      writeResource(json, held);
    }
    json.endArray();
    Resource waitsFor = participant.waitsFor();
    if (waitsFor != null) {
      json.name("waitsFor");
      writeResource(json, waitsFor);
    }
    json.name("stack").strings(participant.thread().stack());
    json.endObject();
  }

  private static void writeResource(JsonWriter json, Resource resource) {
    json.beginObject();
    json.name("kind").value(resource.kind().label());
    json.name("class").value(resource.className());
    json.name("id").value(resource.id());
    if (!resource.site().isEmpty()) {
      json.name("site").value(resource.site());
    }
    if (resource.release() instanceof Release.AllOf all) {
      if (all.threads().size() == 1) {
        json.name("heldBy").value(all.threads().iterator().next());
      } else {
        writeHolders(json.name("heldByAll"), all.threads());
      }
    } else if (resource.release() instanceof Release.AnyOf any) {
      writeHolders(json.name("heldByAny"), any.threads());
    } else if (resource.release() instanceof Release.Believed believed) {
      writeHolders(json.name("believedHolders"), believed.threads());
    } else if (resource.release() instanceof Release.ServedBy served) {
      json.name("servedBy").value(served.executor());
    }
    json.endObject();
  }

  /** By id: the same finding is the same text in every JVM, whatever order its sets have there. */
  private static void writeHolders(JsonWriter json, Set<Long> threads) {
    json.beginArray();
    threads.stream().sorted().forEach(json::value);
    json.endArray();
  }

  private static void writeExecutor(JsonWriter json, ExecutorState executor, Finding finding) {
    json.beginObject();
    json.name("id").value(executor.id());
    json.name("name").value(executor.name());
    json.name("type").value(executor.type());
    if (!executor.site().isEmpty()) {
      json.name("site").value(executor.site());
    }
    json.name("workers").value(executor.workers().size());
    json.name("workerThreads").beginArray();
    Set<Long> workers = new HashSet<>(executor.workers());
    for (Participant participant : finding.participants()) {
      if (workers.contains(participant.thread().id())) {
        json.value(participant.thread().id());
      }
    }
    json.endArray();
    json.name("active").value(executor.active());
    json.name("core").value(executor.core());
    if (executor.limit() != ExecutorState.UNBOUNDED) {
      json.name("limit").value(executor.limit());
    }
    json.name("queued").value(executor.queued());
    if (executor.queueCapacity() != ExecutorState.UNBOUNDED) {
      json.name("queueCapacity").value(executor.queueCapacity());
    }
    json.name("completed").value(executor.completed());
    json.name("rejected").value(executor.rejected());
    json.endObject();
  }

  private static void writeEvidence(JsonWriter json, ObservedThread thread) {
    Evidence evidence = thread.evidence();
    if (evidence == null) {
      return;
    }
    json.beginObject();
    json.name("kind").value("dump-lines");
    json.name("thread").value(thread.id());
    if (!evidence.source().isEmpty()) {
      json.name("source").value(evidence.source());
    }
    json.name("from").value(evidence.from());
    json.name("to").value(evidence.to());
    json.endObject();
  }
}
