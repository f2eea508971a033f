package dev.unpark.diagnosis.graph;

import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The waits of one observation, reduced to those that can never end.
 *
 * <p>Immutable once made. Building it takes time linear in the threads, and memory linear in those
 * that wait for something known and in its holders: next to nothing when all is well.
 */
public final class WaitForGraph {

  /*
   * Threads, resources and executors are nodes of one AND-OR graph. A node that needs ALL of its
   * successors goes on when the last of them does; one that needs ANY goes on with the first. A
   * thread needs the one resource that it waits for; a lock needs all of its holders, a future the
   * thread that runs it or else its executor, and an executor any one of its workers. A node
   * without successors goes on. The least fixpoint of "goes on" is everything that might still
   * run; the rest is stuck for good. The idea is Holt's graph reduction (Some Deadlock Properties
   * of Computer Systems, 1972).
   *
   * A lock whose owner has ended needs itself: nobody gives it back, and whoever waits for it is
   * stuck without being part of a knot.
   *
   * Waits of which too little is known get no successors, so ignorance can only free, never bind.
   */
  private final Map<Object, Integer> nodes = new HashMap<>();
  private final List<Object> names = new ArrayList<>();
  private final List<int[]> successors = new ArrayList<>();
  private final List<Boolean> needsAll = new ArrayList<>();
  private final List<List<Integer>> predecessors;
  private final boolean[] goesOn;
  private final boolean believing;

  private record ThreadNode(long id) {}

  private record ResourceNode(String id) {}

  private record ExecutorNode(String id) {}

  private static final int[] NONE = {};

  public WaitForGraph(Observation observation) {
    this(observation, new ObservationIndex(observation));
  }

  /** The graph of an observation that was indexed already. */
  public WaitForGraph(Observation observation, ObservationIndex index) {
    this(observation, index, false);
  }

  /**
   * The graph in which {@link Release.Believed} threads are taken for the only ones that can end a
   * wait. What is stuck in it is worth a suspicion, and proves nothing.
   */
  public static WaitForGraph believing(Observation observation, ObservationIndex index) {
    return new WaitForGraph(observation, index, true);
  }

  private WaitForGraph(Observation observation, ObservationIndex index, boolean believing) {
    this.believing = believing;
    Map<Long, Resource> bound = boundThreads(observation, index);
    Map<String, Resource> resources = new LinkedHashMap<>();
    Map<String, ExecutorState> executors = new LinkedHashMap<>();
    for (Resource resource : bound.values()) {
      resources.put(resource.id(), resource);
      ExecutorState server = server(resource, index);
      if (server != null) {
        executors.put(server.id(), server);
      }
    }
    bound.keySet().forEach(thread -> node(new ThreadNode(thread)));
    resources.keySet().forEach(resource -> node(new ResourceNode(resource)));
    executors.keySet().forEach(executor -> node(new ExecutorNode(executor)));
    bound.forEach(
        (thread, resource) ->
            connect(new ThreadNode(thread), true, List.of(new ResourceNode(resource.id()))));
    for (Resource resource : resources.values()) {
      boolean all = !needsAny(resource.release());
      connect(new ResourceNode(resource.id()), all, mustHappenFor(resource, bound, index));
    }
    for (ExecutorState executor : executors.values()) {
      connect(new ExecutorNode(executor.id()), false, mustHappenFor(executor, bound));
    }
    predecessors = predecessors();
    goesOn = reduce();
  }

  /** Whether that thread can never run again. */
  public boolean isStuck(long thread) {
    Integer node = nodes.get(new ThreadNode(thread));
    return node != null && !goesOn[node];
  }

  /** The causes of everything that is stuck, ordered by their smallest thread id. */
  public List<Knot> knots() {
    if (allGoOn()) {
      return List.of();
    }
    int[] component = StrongComponents.of(successors, goesOn);
    Map<Integer, List<Integer>> nodesOf = new TreeMap<>();
    for (int node = 0; node < component.length; node++) {
      if (component[node] >= 0) {
        nodesOf.computeIfAbsent(component[node], c -> new ArrayList<>()).add(node);
      }
    }
    List<Knot> knots = new ArrayList<>();
    int[] reachedFrom = new int[names.size()];
    for (List<Integer> members : nodesOf.values()) {
      if (isCause(members, component) && holdsThread(members)) {
        knots.add(knot(members, reachedFrom, knots.size() + 1));
      }
    }
    knots.sort((a, b) -> Long.compare(a.members().first(), b.members().first()));
    return knots;
  }

  private boolean holdsThread(List<Integer> members) {
    return members.stream().anyMatch(node -> names.get(node) instanceof ThreadNode);
  }

  private boolean allGoOn() {
    for (boolean free : goesOn) {
      if (!free) {
        return false;
      }
    }
    return true;
  }

  /**
   * The threads that cannot go on by themselves, and what each waits for. Every other thread runs,
   * waits with a timeout or for something unknown, or was not seen: it counts as going on and needs
   * no node.
   */
  private Map<Long, Resource> boundThreads(Observation observation, ObservationIndex index) {
    Map<Long, Resource> bound = new LinkedHashMap<>();
    for (ObservedThread thread : observation.threads()) {
      Wait wait = thread.currentWait();
      Resource resource = index.waitedFor(thread);
      if (wait != null
          && !wait.timed()
          && resource != null
          && isBinding(resource.release())
          && !isTornLook(thread, resource)) {
        bound.put(thread.id(), resource);
      }
    }
    return bound;
  }

  /** Whether anything is known that must happen first; most threads of a healthy JVM wait idly. */
  private boolean isBinding(Release release) {
    return !(release instanceof Release.Unknown)
        && (believing || !(release instanceof Release.Believed));
  }

  /**
   * A thread cannot wait for what it may enter again: the look caught it between the two. A read
   * lock is another matter, its holder does wait for itself when it asks for the write lock.
   */
  private static boolean isTornLook(ObservedThread thread, Resource resource) {
    boolean reentrant =
        resource.kind() == ResourceKind.MONITOR
            || resource.kind() == ResourceKind.REENTRANT_LOCK
            || resource.kind() == ResourceKind.CLASS_INITIALIZATION;
    return reentrant && ObservationIndex.holders(resource.release()).contains(thread.id());
  }

  /**
   * The executor that must serve a resource, or null when none is known. Where exactly the workers
   * of one are believed to end the wait, it is by what stands in its queue.
   */
  private @Nullable ExecutorState server(Resource resource, ObservationIndex index) {
    if (believing && resource.release() instanceof Release.Believed believed) {
      return index.executorOf(believed.threads());
    }
    return resource.release() instanceof Release.ServedBy served
        ? index.executor(served.executor())
        : null;
  }

  private List<Object> mustHappenFor(
      Resource resource, Map<Long, Resource> bound, ObservationIndex index) {
    ExecutorState server = server(resource, index);
    if (server != null) {
      return List.of(new ExecutorNode(server.id()));
    }
    if (believing && resource.release() instanceof Release.Believed believed) {
      return threadsIfAllBound(believed.threads(), bound);
    }
    Set<Long> holders = ObservationIndex.holders(resource.release());
    if (isOwned(resource.kind()) && resource.release() instanceof Release.AllOf) {
      for (long holder : holders) {
        ObservedThread owner = index.thread(holder);
        if (owner != null && owner.state() == ThreadState.TERMINATED) {
          return List.of(new ResourceNode(resource.id()));
        }
      }
    }
    return needsAny(resource.release())
        ? threadsIfAllBound(holders, bound)
        : threadsThatAreBound(holders, bound);
  }

  /** Whether only the thread that took it can give it back, and its end does not. */
  public static boolean isOwned(ResourceKind kind) {
    return kind == ResourceKind.REENTRANT_LOCK || kind == ResourceKind.READ_WRITE_LOCK;
  }

  private static List<Object> threadsThatAreBound(Set<Long> threads, Map<Long, Resource> bound) {
    List<Object> nodes = new ArrayList<>(threads.size());
    for (Long thread : threads) {
      if (bound.containsKey(thread)) {
        nodes.add(new ThreadNode(thread));
      }
    }
    return nodes;
  }

  private static boolean needsAny(Release release) {
    return release instanceof Release.AnyOf || release instanceof Release.Believed;
  }

  /** Where more workers are busy than are named, one of those that are missing may come free. */
  private static List<Object> mustHappenFor(ExecutorState executor, Map<Long, Resource> bound) {
    boolean incomplete = executor.active() > executor.workers().size();
    return executor.mayGrow() || incomplete
        ? List.of()
        : threadsIfAllBound(executor.workers(), bound);
  }

  /** Where any one of these is enough, one that goes on leaves nothing to wait for. */
  private static List<Object> threadsIfAllBound(
      Collection<Long> threads, Map<Long, Resource> bound) {
    return bound.keySet().containsAll(threads) ? threads(threads) : List.of();
  }

  private static List<Object> threads(Collection<Long> ids) {
    return ids.stream().<Object>map(ThreadNode::new).toList();
  }

  private void node(Object name) {
    nodes.put(name, names.size());
    names.add(name);
    successors.add(NONE);
    needsAll.add(true);
  }

  private void connect(Object from, boolean all, List<Object> to) {
    int node = indexOf(from);
    needsAll.set(node, all);
    int[] nodesOfTo = new int[to.size()];
    for (int i = 0; i < nodesOfTo.length; i++) {
      nodesOfTo[i] = indexOf(to.get(i));
    }
    Arrays.sort(nodesOfTo);
    successors.set(node, nodesOfTo);
  }

  private int indexOf(Object name) {
    return nodes.getOrDefault(name, -1);
  }

  private boolean[] reduce() {
    int size = names.size();
    int[] missing = new int[size];
    boolean[] free = new boolean[size];
    Deque<Integer> freed = new ArrayDeque<>();
    for (int node = 0; node < size; node++) {
      int needed = successors.get(node).length;
      missing[node] = needsAll.get(node) ? needed : Math.min(1, needed);
      if (missing[node] == 0) {
        free[node] = true;
        freed.add(node);
      }
    }
    while (!freed.isEmpty()) {
      for (int waiter : predecessors.get(freed.remove())) {
        if (!free[waiter] && --missing[waiter] == 0) {
          free[waiter] = true;
          freed.add(waiter);
        }
      }
    }
    return free;
  }

  private List<List<Integer>> predecessors() {
    List<List<Integer>> waiters = new ArrayList<>();
    names.forEach(name -> waiters.add(new ArrayList<>(0)));
    for (int node = 0; node < names.size(); node++) {
      for (int successor : successors.get(node)) {
        waiters.get(successor).add(node);
      }
    }
    return waiters;
  }

  /** A component explains itself when nothing stuck lies behind it, only within it. */
  private boolean isCause(List<Integer> members, int[] component) {
    boolean inner = false;
    for (int node : members) {
      for (int successor : successors.get(node)) {
        if (goesOn[successor]) {
          continue;
        }
        if (component[successor] != component[node]) {
          return false;
        }
        inner = true;
      }
    }
    return inner;
  }

  private Knot knot(List<Integer> members, int[] reachedFrom, int number) {
    SortedSet<Long> threads = new TreeSet<>();
    SortedSet<String> resources = new TreeSet<>();
    SortedSet<String> executors = new TreeSet<>();
    for (int node : members) {
      Object name = names.get(node);
      if (name instanceof ThreadNode thread) {
        threads.add(thread.id());
      } else if (name instanceof ResourceNode resource) {
        resources.add(resource.id());
      } else if (name instanceof ExecutorNode executor) {
        executors.add(executor.id());
      }
    }
    return new Knot(threads, resources, executors, victimsOf(members, reachedFrom, number));
  }

  /**
   * Every stuck thread from which the knot can be reached, its members left out.
   *
   * @param reachedFrom for each node the number of the knot from which it was reached last
   */
  private SortedSet<Long> victimsOf(List<Integer> members, int[] reachedFrom, int number) {
    Deque<Integer> queue = new ArrayDeque<>(members);
    members.forEach(node -> reachedFrom[node] = number);
    SortedSet<Long> victims = new TreeSet<>();
    while (!queue.isEmpty()) {
      for (int waiter : predecessors.get(queue.remove())) {
        if (reachedFrom[waiter] == number || goesOn[waiter]) {
          continue;
        }
        reachedFrom[waiter] = number;
        queue.add(waiter);
        if (names.get(waiter) instanceof ThreadNode thread) {
          victims.add(thread.id());
        }
      }
    }
    return victims;
  }
}
