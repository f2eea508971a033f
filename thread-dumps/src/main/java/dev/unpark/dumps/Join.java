package dev.unpark.dumps;

import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one look out of the two forms that one moment of a JVM can be dumped in: {@code
 * Thread.print} knows owners of locks and processor times, {@code Thread.dump_to_file} knows
 * virtual threads.
 */
public final class Join {

  /*
   * The two name the same lock differently, by address and by identity hash. But they name the same
   * threads, so a lock that one thread waits for in both is the same lock, and so is the only one of
   * its class that a thread holds in both. Where two threads contradict each other, the moments were
   * not the same after all, and the lock stays two.
   */
  /** Carriers look like any other worker of a fork-join pool, from JDK 25 on. */
  private static final List<String> CARRIERS =
      List.of(
          "jdk.internal.misc.CarrierThread.run(", "java.util.concurrent.ForkJoinWorkerThread.run(");

  private final ObservationIndex print;
  private final ObservationIndex file;
  private final Map<String, String> alias = new HashMap<>();
  private final Set<String> contradicted = new HashSet<>();
  private final String turnOfCarriers;
  private final boolean printIsTorn;

  private Join(Observation print, Observation file, boolean printIsTorn) {
    this.printIsTorn = printIsTorn;
    this.print = new ObservationIndex(print);
    this.file = new ObservationIndex(file);
    this.turnOfCarriers = turnOfCarriers(print, file);
  }

  /*
   * No dump counts what a virtual thread does. But it can go on only on a carrier, and carriers are
   * printed with their processor time: where none of them has used any between two looks, no virtual
   * thread has moved. Of two looks that were taken in the same order, one file lies between the two
   * prints; where the order changed, neither need lie there, so nothing is the same then.
   */
  private static String turnOfCarriers(Observation print, Observation file) {
    boolean fileFirst = file.time().isBefore(print.time());
    StringBuilder turn = new StringBuilder(fileFirst ? "carriers afterwards" : "carriers");
    for (ObservedThread thread : print.threads()) {
      if (mayBeCarrier(thread)) {
        if (thread.traits().cpuNanos() == ThreadTraits.UNKNOWN_CPU) {
          return "";
        }
        turn.append(' ').append(thread.id()).append(" cpu ").append(thread.traits().cpuNanos());
      }
    }
    return turn.toString();
  }

  private static boolean mayBeCarrier(ObservedThread thread) {
    List<String> stack = thread.stack();
    String outermost = stack.isEmpty() ? "" : stack.get(stack.size() - 1);
    return CARRIERS.stream().anyMatch(outermost::startsWith);
  }

  /**
   * @param print from {@code Thread.print -l}
   * @param file from {@code Thread.dump_to_file -format=json}, of the same JVM and moment
   * @return platform threads of the first, virtual ones of the second; identity and time of the
   *     first
   */
  public static Dump of(Dump print, Dump file) {
    Observation joined =
        new Join(print.observation(), file.observation(), print.truncated())
            .join(print.observation(), file.observation());
    long mounted = print.observation().threads().stream().filter(ObservedThread::virtual).count();
    long added = joined.threads().size() - print.observation().threads().size() + mounted;
    List<UnreadLine> unread = new ArrayList<>(print.unreadLines());
    unread.addAll(file.unreadLines());
    return new Dump(
        print.form(),
        joined,
        print.timeKnown(),
        print.jvmKey(),
        print.threadCount() + (int) added,
        unread,
        print.unreadCount() + file.unreadCount(),
        print.truncated() || file.truncated(),
        print.reportedDeadlocks(),
        print.lines());
  }

  private Observation join(Observation printed, Observation filed) {
    printed.threads().forEach(this::compare);
    contradicted.forEach(alias::remove);
    List<ObservedThread> threads = new ArrayList<>();
    for (ObservedThread thread : printed.threads()) {
      // A mounted virtual thread stands in both, and the file tells more of it.
      if (!thread.virtual() || !isVirtual(file.thread(thread.id()))) {
        threads.add(thread);
      }
    }
    for (ObservedThread thread : filed.threads()) {
      ObservedThread twin = print.thread(thread.id());
      boolean lacking = twin == null && printIsTorn;
      if (thread.virtual() ? twin == null || twin.virtual() : lacking) {
        threads.add(renamed(thread));
      }
    }
    return new Observation(
        printed.jvm(),
        printed.time(),
        threads,
        resources(printed, filed),
        List.of(),
        List.of(),
        limits(printed, filed, threads),
        List.of(),
        printed.scheduler() == null ? filed.scheduler() : printed.scheduler());
  }

  private void compare(ObservedThread thread) {
    ObservedThread twin = file.thread(thread.id());
    if (twin == null || !twin.name().equals(thread.name())) {
      return;
    }
    Resource waited = print.waitedFor(thread);
    Resource twinWaited = file.waitedFor(twin);
    if (waited != null && twinWaited != null && sameSort(waited, twinWaited)) {
      alias(twinWaited, waited);
    }
    for (Resource held : print.heldBy(thread.id())) {
      List<Resource> candidates =
          file.heldBy(thread.id()).stream().filter(other -> sameSort(held, other)).toList();
      long ofThatSort =
          print.heldBy(thread.id()).stream().filter(other -> sameSort(held, other)).count();
      if (ofThatSort == 1 && candidates.size() == 1) {
        alias(candidates.get(0), held);
      }
    }
  }

  private static boolean sameSort(Resource one, Resource other) {
    return one.kind() == other.kind() && one.className().equals(other.className());
  }

  private void alias(Resource inFile, Resource inPrint) {
    String known = alias.putIfAbsent(inFile.id(), inPrint.id());
    if (known != null && !known.equals(inPrint.id())) {
      contradicted.add(inFile.id());
    }
  }

  private String nameOf(String inFile) {
    return alias.getOrDefault(inFile, inFile);
  }

  private static boolean isVirtual(@Nullable ObservedThread thread) {
    return thread != null && thread.virtual();
  }

  /** Which carrier a virtual thread is on, HotSpot's text tells in every JDK. */
  private ThreadTraits traits(ObservedThread thread) {
    ObservedThread twin = print.thread(thread.id());
    boolean told = thread.traits().carrier() != ThreadTraits.NO_CARRIER;
    return told || twin == null || !twin.virtual() ? thread.traits() : twin.traits();
  }

  private ObservedThread renamed(ObservedThread thread) {
    Wait wait = thread.currentWait();
    Wait renamed =
        wait == null
            ? null
            : new Wait(
                nameOf(wait.resource()),
                wait.timed(),
                thread.virtual() ? turnOfCarriers : wait.turn(),
                wait.since());
    return new ObservedThread(
        thread.id(),
        thread.name(),
        thread.virtual(),
        thread.state(),
        renamed,
        thread.stack(),
        thread.evidence(),
        traits(thread));
  }

  private List<Resource> resources(Observation printed, Observation filed) {
    Map<String, Resource> resources = new LinkedHashMap<>();
    printed.resources().forEach(resource -> resources.put(resource.id(), resource));
    for (Resource resource : filed.resources()) {
      String id = nameOf(resource.id());
      resources.merge(id, with(resource, id, resource.release()), Join::merged);
    }
    return List.copyOf(resources.values());
  }

  private static Resource merged(Resource known, Resource other) {
    boolean learned =
        known.release() instanceof Release.Unknown && !(other.release() instanceof Release.Unknown);
    return learned ? with(known, known.id(), other.release()) : known;
  }

  private static Resource with(Resource resource, String id, Release release) {
    return new Resource(id, resource.kind(), resource.className(), resource.site(), release);
  }

  /** What neither of the two shows. */
  private List<String> limits(
      Observation printed, Observation filed, List<ObservedThread> threads) {
    List<String> limits = new ArrayList<>();
    for (String limit : printed.limits()) {
      if (!limit.startsWith(Limits.VIRTUAL_THREADS)) {
        limits.add(limit);
      }
    }
    if (filed.limits().stream().anyMatch(limit -> limit.startsWith(Limits.STATES))) {
      limits.add("locks of virtual threads: no dump of this JDK has them, the agent does");
    } else if (threads.stream().anyMatch(this::lacksOwner)) {
      limits.add(
          "owners of java.util.concurrent locks that are virtual threads: no dump of this JDK has"
              + " them, the agent does");
    }
    return limits;
  }

  private boolean lacksOwner(ObservedThread thread) {
    Wait wait = thread.currentWait();
    if (!thread.virtual() || wait == null) {
      return false;
    }
    Resource known = print.resource(wait.resource());
    Resource resource = known == null ? file.resource(wait.resource()) : known;
    return resource != null
        && Objects.equals(resource.release(), new Release.Unknown())
        && (resource.kind() == ResourceKind.REENTRANT_LOCK
            || resource.kind() == ResourceKind.READ_WRITE_LOCK);
  }
}
