package dev.unpark.collector.page;

import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.diagnosis.report.html.WaitPicture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the page of a JVM shows of its last look. */
final class JvmView {
  /** Stacks are long; those who hold something come first. */
  private static final int THREADS_SHOWN = 400;

  private JvmView() {}

  /** The picture of its waits, and the stacks of those that take part in them. */
  static String json(WatchedJvm jvm) {
    Observation look = jvm.latest();
    JsonWriter json = new JsonWriter();
    json.beginObject();
    json.name("time").value(look == null ? null : look.time().toString());
    json.name("all").value(look == null ? 0 : look.threads().size());
    json.name("picture").value(look == null ? "" : WaitPicture.of(look));
    json.name("threads").beginArray();
    if (look != null) {
      ObservationIndex index = new ObservationIndex(look);
      Predicate<ObservedThread> holds = thread -> !index.heldBy(thread.id()).isEmpty();
      Stream.concat(
              look.threads().stream().filter(holds),
              look.threads().stream().filter(holds.negate()).filter(index::waitsForAnother))
          .limit(THREADS_SHOWN)
          .forEach(thread -> thread(json, thread));
    }
    return json.endArray().endObject().toString();
  }

  private static void thread(JsonWriter json, ObservedThread thread) {
    json.beginObject();
    json.name("id").value(thread.id());
    json.name("name").value(thread.name());
    json.name("state").value(thread.state().name());
    IncidentView.stack(json, thread.stack());
    json.endObject();
  }
}
