package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.NextStep;
import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.finding.Role;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A finding in which everything occurs that a finding may hold, and a JVM of many threads. */
final class RichScene {
  static final JvmIdentity NAMELESS = new JvmIdentity("bank", "vm-1", JvmIdentity.UNKNOWN_PID, "");

  private RichScene() {}

  static ObservedThread thread(long id, String name, boolean virtual, ThreadState state) {
    return new ObservedThread(
        id,
        name,
        virtual,
        state,
        state == ThreadState.RUNNABLE ? null : new Wait("w", false, "1", null),
        state == ThreadState.TERMINATED ? List.of() : List.of("shop.Bank.m" + id + "(Bank.java)"),
        id % 2 == 0 ? new Evidence(id == 4 ? "" : "a.dump", (int) id, (int) id + 3) : null);
  }

  static Resource resource(String id, ResourceKind kind, String site, Release release) {
    return new Resource(id, kind, "shop.Thing", site, release);
  }

  static ExecutorState pool(String id, String name, String site, int limit, int capacity) {
    return new ExecutorState(
        id,
        name,
        "java.util.concurrent.ThreadPoolExecutor",
        site,
        List.of(1L, 2L, 99L),
        false,
        2,
        limit,
        2,
        7,
        capacity,
        100,
        3,
        null);
  }

  static Finding finding(Severity severity, Finding.State state, JvmIdentity jvm) {
    Resource lock = resource("l", ResourceKind.MONITOR, "shop.Bank.open", Release.owner(1));
    Resource readers =
        resource("r", ResourceKind.READ_WRITE_LOCK, "", new Release.AllOf(Set.of(1L, 2L)));
    Resource permits = resource("p", ResourceKind.SEMAPHORE, "", new Release.AnyOf(Set.of(2L, 3L)));
    Resource signal =
        resource("s", ResourceKind.CONDITION, "", new Release.Believed(Set.of(4L), "it did so"));
    Resource task = resource("t", ResourceKind.FUTURE, "", new Release.ServedBy("pool-a"));
    Resource free = resource("f", ResourceKind.REENTRANT_LOCK, "", Release.free());
    Resource nobodys = resource("n", ResourceKind.LATCH, "", new Release.Unknown());
    List<Participant> participants =
        List.of(
            part(thread(1, "http-1", false, ThreadState.BLOCKED), Role.MEMBER, List.of(lock), task),
            part(thread(2, "", true, ThreadState.WAITING), Role.HOLDER, List.of(readers), permits),
            part(thread(3, " ", false, ThreadState.TIMED_WAITING), Role.WAITER, List.of(), lock),
            part(
                thread(4, "tab\tname", false, ThreadState.UNKNOWN), Role.WORKER, List.of(), signal),
            part(thread(5, "http-5", false, ThreadState.NEW), Role.VICTIM, List.of(free), readers),
            part(
                thread(6, "http-6", false, ThreadState.TERMINATED),
                Role.VICTIM,
                List.of(),
                nobodys),
            new Participant(
                thread(8, "runner", false, ThreadState.RUNNABLE), Role.HOLDER, List.of(), null));
    return new Finding(
        "deadlock:0123456789abcdef",
        "deadlock",
        state,
        Certainty.SUSPECTED,
        severity,
        "everything at once",
        Scene.START,
        Scene.START.plusSeconds(9000),
        jvm,
        participants,
        List.of(lock, readers, permits, signal, task, free, nobodys),
        List.of(
            pool("pool-a", "http-#", "shop.Shop.<init>(Shop.java:1)", 4, 10),
            pool("pool-b", "", "", ExecutorState.UNBOUNDED, ExecutorState.UNBOUNDED)),
        List.of("because"),
        List.of(NextStep.now("act"), NextStep.cause("why"), NextStep.fix("mend")),
        List.of("what was not seen"));
  }

  private static Participant part(
      ObservedThread thread, Role role, List<Resource> holds, Resource waitsFor) {
    return new Participant(thread, role, holds, waitsFor);
  }

  /** So many threads that each parts of a page must leave some out. */
  static Observation crowd(int threads) {
    List<ObservedThread> all = new ArrayList<>();
    for (int i = 1; i <= threads; i++) {
      ThreadState state = ThreadState.values()[i % ThreadState.values().length];
      all.add(thread(i, i % 5 == 0 ? "" : "t" + letters(i), i % 3 == 0, state));
    }
    return new Observation(NAMELESS, Scene.START, all, List.of(), List.of(), List.of(), List.of());
  }

  private static String letters(int number) {
    StringBuilder name = new StringBuilder();
    for (int rest = number; rest > 0; rest /= 26) {
      name.append((char) ('a' + rest % 26));
    }
    return name.toString();
  }

  static Report report(List<Finding> findings, List<Finding> accepted, int unread) {
    return new Report(
        "1.0",
        List.of("deadlock", "livelock"),
        List.of(
            new Subject(
                "a.dump",
                "a.dump, 3 threads",
                crowd(unread > 1 ? 50_010 : 3),
                findings,
                accepted,
                List.of("virtual threads"),
                java.util.Collections.nCopies(Math.min(unread, 100), "a.dump:7: <garbage>"),
                unread)),
        List.of());
  }
}
