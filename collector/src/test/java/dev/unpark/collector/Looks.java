package dev.unpark.collector;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.Wait;
import java.time.Instant;
import java.util.List;

/** Looks at a JVM in which two threads hold each other's lock, or have let go. */
final class Looks {
  private static final String LOCK = "java.util.concurrent.locks.ReentrantLock";

  private Looks() {}

  static JvmIdentity jvm(String instance) {
    return new JvmIdentity("payments", instance, 4711, "25.0.3");
  }

  /** Both wait, and made no progress since any other such look. */
  static Observation deadlocked(JvmIdentity jvm, Instant time) {
    return look(jvm, time, "transfer-1", new Wait("b", false, "0:7", null));
  }

  /** The same, where the first thread is called anything. */
  static Observation deadlocked(JvmIdentity jvm, Instant time, String name) {
    return look(jvm, time, name, new Wait("b", false, "0:7", null));
  }

  /** The first runs on. */
  static Observation released(JvmIdentity jvm, Instant time) {
    return look(jvm, time, "transfer-1", null);
  }

  private static Observation look(
      JvmIdentity jvm, Instant time, String name, @org.jspecify.annotations.Nullable Wait wait) {
    List<String> stack =
        List.of("jdk.internal.misc.Unsafe.park(Unsafe.java)", "shop.Bank.transfer(Bank.java:41)");
    return new Observation(
        jvm,
        time,
        List.of(
            ObservedThread.live(
                31,
                name,
                false,
                wait == null ? ThreadState.RUNNABLE : ThreadState.WAITING,
                wait,
                stack),
            ObservedThread.live(
                32,
                "transfer-2",
                false,
                ThreadState.WAITING,
                new Wait("a", false, "0:9", null),
                stack)),
        List.of(
            new Resource(
                "a",
                ResourceKind.REENTRANT_LOCK,
                LOCK,
                "shop.Bank.<init>(Bank.java:9)",
                Release.owner(31)),
            new Resource(
                "b",
                ResourceKind.REENTRANT_LOCK,
                LOCK,
                "shop.Bank.<init>(Bank.java:9)",
                Release.owner(32))),
        List.of(),
        List.of(),
        List.of());
  }
}
