package dev.unpark.diagnosis.report.html;

import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.graph.Knot;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who of a look waits for what another has, and who has it: those that can never go on first, then
 * those that hold something, then those that wait.
 */
final class Entangled {
  private final ObservationIndex index;
  private final Map<Long, Role> stuck = new HashMap<>();
  private final Map<Long, Resource> waits = new LinkedHashMap<>();
  private final Set<Long> holders = new LinkedHashSet<>();
  private final Map<String, ExecutorState> servers = new LinkedHashMap<>();
  private final List<Participant> participants = new ArrayList<>();

  Entangled(Observation look) {
    index = new ObservationIndex(look);
    for (Knot knot : new WaitForGraph(look, index).knots()) {
      knot.victims().forEach(thread -> stuck.putIfAbsent(thread, Role.VICTIM));
      knot.members().forEach(thread -> stuck.put(thread, Role.MEMBER));
    }
    for (ObservedThread thread : look.threads()) {
      Resource wanted = index.waitedFor(thread);
      if (wanted != null && index.waitsForAnother(thread)) {
        waits.put(thread.id(), wanted);
        holders.addAll(ObservationIndex.holders(wanted.release()));
        serve(wanted.release());
      }
    }
    Set<Long> workers = new LinkedHashSet<>();
    servers.values().forEach(pool -> workers.addAll(pool.workers()));
    Set<Long> all = new LinkedHashSet<>(waits.keySet());
    all.addAll(holders);
    all.addAll(workers);
    for (long id : all) {
      ObservedThread thread = index.thread(id);
      if (thread != null) {
        participants.add(new Participant(thread, role(id, workers), List.of(), waits.get(id)));
      }
    }
    participants.sort(Comparator.comparing(Participant::role));
  }

  List<Participant> participants() {
    return participants;
  }

  List<ExecutorState> executors() {
    return List.copyOf(servers.values());
  }

  private Role role(long thread, Set<Long> workers) {
    Role caught = stuck.get(thread);
    if (caught != null) {
      return caught;
    }
    if (holders.contains(thread)) {
      return Role.HOLDER;
    }
    return workers.contains(thread) ? Role.WORKER : Role.WAITER;
  }

  private void serve(Release release) {
    if (release instanceof Release.ServedBy served) {
      ExecutorState pool = index.executor(served.executor());
      if (pool != null) {
        servers.put(pool.id(), pool);
      }
    }
  }
}
