package dev.unpark.collector.serve;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.diagnosis.report.JsonWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who waits for whom in one look, as nodes and edges.
 *
 * <p>Idle workers and threads that run alone say nothing here and are left out unless they are
 * asked for; those in trouble come first, so that a bound cuts off the least interesting.
 */
final class GraphJson {
  private final Observation look;
  private final ObservationIndex index;
  private final WaitForGraph graph;
  private final Map<Long, List<String>> findings = new HashMap<>();
  private final boolean all;
  private final int most;

  private final Map<Long, ObservedThread> threads = new LinkedHashMap<>();
  private final Map<String, Resource> resources = new LinkedHashMap<>();
  private final Map<String, ExecutorState> executors = new LinkedHashMap<>();
  private final Set<Edge> edges = new LinkedHashSet<>();
  private final Set<Long> hidden = new HashSet<>();

  /** Still to be added. A chain of waits may be as long as there are threads: no recursion. */
  private final Deque<ObservedThread> next = new ArrayDeque<>();

  private record Edge(String from, String to, String kind) {}

  /**
   * @param all also threads that wait for nothing, or for what nobody holds
   * @param most how many threads at most
   */
  GraphJson(Observation look, List<Finding> open, boolean all, int most) {
    this.look = look;
    this.index = new ObservationIndex(look);
    this.graph = new WaitForGraph(look, index);
    this.all = all;
    this.most = most;
    for (Finding finding : open) {
      for (Participant participant : finding.participants()) {
        findings
            .computeIfAbsent(participant.thread().id(), id -> new ArrayList<>())
            .add(finding.id());
      }
    }
  }

  /** The names of a graph without nodes. */
  static void nothing(JsonWriter json) {
    for (String name : List.of("threads", "resources", "executors", "edges")) {
      json.name(name).beginArray().endArray();
    }
    json.name("hidden").value(0);
  }

  /** Writes it into the object that is open. */
  void write(JsonWriter json) {
    List<ObservedThread> ranked = new ArrayList<>(look.threads());
    ranked.sort(Comparator.comparingInt(this::rank));
    for (ObservedThread thread : ranked) {
      if (all || rank(thread) < 3) {
        next.add(thread);
        while (!next.isEmpty()) {
          add(next.remove());
        }
      }
    }
    json.name("threads").beginArray();
    threads.values().forEach(thread -> thread(json, thread));
    json.endArray();
    json.name("resources").beginArray();
    resources.values().forEach(resource -> resource(json, resource));
    json.endArray();
    json.name("executors").beginArray();
    executors.values().forEach(executor -> executor(json, executor));
    json.endArray();
    json.name("edges").beginArray();
    edges.forEach(
        edge ->
            json.beginObject()
                .name("from")
                .value(edge.from)
                .name("to")
                .value(edge.to)
                .name("kind")
                .value(edge.kind)
                .endObject());
    json.endArray();
    json.name("hidden").value(hidden.size());
  }

  /** 0 stuck or part of a finding, 1 waits for a holder, 2 holds something, 3 neither. */
  private int rank(ObservedThread thread) {
    if (graph.isStuck(thread.id()) || findings.containsKey(thread.id())) {
      return 0;
    }
    Resource resource = index.waitedFor(thread);
    if (resource != null && !isNobodys(resource.release())) {
      return 1;
    }
    return index.heldBy(thread.id()).isEmpty() ? 3 : 2;
  }

  private static boolean isNobodys(Release release) {
    return release instanceof Release.Unknown
        || release instanceof Release.Believed believed && believed.threads().isEmpty();
  }

  private void add(ObservedThread thread) {
    if (threads.containsKey(thread.id())) {
      return;
    }
    if (threads.size() >= most) {
      hidden.add(thread.id());
      return;
    }
    threads.put(thread.id(), thread);
    Resource waited = index.waitedFor(thread);
    if (waited != null) {
      edges.add(new Edge(name(thread.id()), name(waited), "waits"));
      add(waited);
    }
    index.heldBy(thread.id()).forEach(this::add);
  }

  private void add(Resource resource) {
    if (resources.putIfAbsent(resource.id(), resource) != null) {
      return;
    }
    if (resource.release() instanceof Release.ServedBy served) {
      edges.add(new Edge(name(resource), "e:" + served.executor(), "served-by"));
      ExecutorState executor = index.executor(served.executor());
      if (executor != null && executors.putIfAbsent(executor.id(), executor) == null) {
        for (long worker : executor.workers()) {
          holder("e:" + executor.id(), worker, "worker");
        }
      }
    }
    String kind = resource.release() instanceof Release.Believed ? "believed" : "held-by";
    Set<Long> holders =
        resource.release() instanceof Release.Believed believed
            ? believed.threads()
            : ObservationIndex.holders(resource.release());
    holders.forEach(holder -> holder(name(resource), holder, kind));
  }

  private void holder(String from, long holder, String kind) {
    edges.add(new Edge(from, name(holder), kind));
    ObservedThread thread = index.thread(holder);
    if (thread != null) {
      next.add(thread);
    }
  }

  private static String name(long thread) {
    return "t:" + thread;
  }

  private static String name(Resource resource) {
    return "r:" + resource.id();
  }

  private void thread(JsonWriter json, ObservedThread thread) {
    Wait wait = thread.currentWait();
    json.beginObject();
    json.name("node").value(name(thread.id()));
    json.name("id").value(thread.id());
    json.name("name").value(thread.name());
    json.name("virtual").value(thread.virtual());
    json.name("state").value(thread.state().name());
    json.name("stuck").value(graph.isStuck(thread.id()));
    if (wait != null) {
      json.name("waitsFor").value(wait.resource());
      json.name("timed").value(wait.timed());
      json.name("since").value(wait.since() == null ? null : wait.since().toString());
    }
    json.name("findings").strings(findings.getOrDefault(thread.id(), List.of()));
    json.name("stack").strings(thread.stack());
    json.endObject();
  }

  private static void resource(JsonWriter json, Resource resource) {
    json.beginObject();
    json.name("node").value(name(resource));
    json.name("id").value(resource.id());
    json.name("kind").value(resource.kind().label());
    json.name("class").value(resource.className());
    json.name("site").value(resource.site());
    json.endObject();
  }

  private static void executor(JsonWriter json, ExecutorState executor) {
    json.beginObject();
    json.name("node").value("e:" + executor.id());
    json.name("id").value(executor.id());
    json.name("name").value(executor.name());
    json.name("type").value(executor.type());
    json.name("site").value(executor.site());
    json.name("workers").value(executor.workers().size());
    json.name("active").value(executor.active());
    json.name("queued").value(executor.queued());
    json.name("mayGrow").value(executor.mayGrow());
    json.endObject();
  }
}
