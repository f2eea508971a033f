package dev.unpark.collector.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.report.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphJsonTest {
  private static final int MANY = 15_000;

  @Test
  void givenAChainAsLongAsThereAreThreads_whenWritten_thenEachIsThereOnce() throws Exception {
    JsonNode graph = graph(chain(MANY), 20_000);

    assertThat(graph.path("threads")).hasSize(MANY);
    assertThat(graph.path("edges")).hasSize(2 * (MANY - 1));
    assertThat(graph.path("hidden").asInt()).isZero();
  }

  @Test
  void givenMoreThreadsThanAsked_whenWritten_thenTheRestIsCountedOnceEach() throws Exception {
    JsonNode graph = graph(chain(50), 20);

    assertThat(graph.path("threads")).hasSize(20);
    assertThat(graph.path("hidden").asInt()).isEqualTo(30);
  }

  @Test
  void givenAThreadThatNeitherHoldsNorNeedsAnything_whenWritten_thenItIsLeftOut() throws Exception {
    Observation look =
        look(
            List.of(ObservedThread.live(1, "idle", false, ThreadState.RUNNABLE, null, List.of())),
            List.of());

    assertThat(graph(look, 20).path("threads")).isEmpty();
  }

  private static JsonNode graph(Observation look, int most) throws Exception {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    new GraphJson(look, List.of(), false, most).write(json);
    json.endObject();
    return new ObjectMapper().readTree(json.toString());
  }

  /** Each thread waits for a lock of the next; the last one runs. */
  private static Observation chain(int length) {
    List<ObservedThread> threads = new ArrayList<>();
    List<Resource> resources = new ArrayList<>();
    for (int id = 0; id < length; id++) {
      boolean last = id == length - 1;
      threads.add(
          ObservedThread.live(
              id,
              "t-" + id,
              false,
              last ? ThreadState.RUNNABLE : ThreadState.BLOCKED,
              last ? null : new Wait("lock-" + (id + 1), false, "1", null),
              List.of()));
      if (id > 0) {
        resources.add(
            new Resource("lock-" + id, ResourceKind.MONITOR, "Lock", "", Release.owner(id)));
      }
    }
    return look(threads, resources);
  }

  private static Observation look(List<ObservedThread> threads, List<Resource> resources) {
    return new Observation(
        new JvmIdentity("payments", "payments-1", 1, "25"),
        Instant.EPOCH,
        threads,
        resources,
        List.of(),
        List.of(),
        List.of());
  }
}
