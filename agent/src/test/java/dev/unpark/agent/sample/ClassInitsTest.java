package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A thread stands still and is called runnable, beside a static initialiser that waits for a lock
 * of that thread. Whether this is a deadlock only the JVM can tell. The threads are real; that one
 * of them is runnable is made up, since only the system itself can bring that about.
 */
class ClassInitsTest {
  private static final Object LOCK = new Object();
  private static final long HALF_A_SECOND = 500_000_000L;

  private static final CountDownLatch HELD = new CountDownLatch(1);
  private static final CountDownLatch END = new CountDownLatch(1);
  private static final Thread KEEPER = daemon("keeper", ClassInitsTest::keep);
  private static final Thread STALLED = daemon("stalled", ClassInitsTest::enter);
  private static final Thread INITIALISER = daemon("initialises", () -> Slow.value++);

  private final CpuTimes cpu = new CpuTimes();
  private int asked;

  private static final class Slow {
    static int value = 1;

    static {
      enter();
    }
  }

  private static void enter() {
    synchronized (LOCK) {
      LOCK.notifyAll();
    }
  }

  private static void keep() {
    synchronized (LOCK) {
      HELD.countDown();
      try {
        END.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @BeforeAll
  static void startThreads() throws InterruptedException {
    KEEPER.start();
    HELD.await();
    STALLED.start();
    INITIALISER.start();
    await().until(() -> blocked(STALLED) && blocked(INITIALISER));
  }

  @AfterAll
  static void endThreads() throws InterruptedException {
    END.countDown();
    STALLED.join();
    INITIALISER.join();
  }

  @Test
  void givenTheJvmNamesTheClass_whenLooked_thenTheInitialiserMustGoOnFirst() {
    Resource resource =
        look("\t- waiting on the Class initialization monitor for " + Slow.class.getName() + "\n");

    assertThat(resource).isNotNull();
    assertThat(resource.className()).isEqualTo(Slow.class.getName());
    assertThat(resource.release()).isEqualTo(new Release.AllOf(Set.of(ThreadIds.of(INITIALISER))));
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void givenTheJvmNamesNoClass_whenLooked_thenTheThreadWaitsForNone() {
    assertThat(look("")).isNull();
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void givenTheJvmCannotBeAsked_whenLooked_thenItIsBelievedOnly() {
    Resource resource = look(null);

    assertThat(resource).isNotNull();
    assertThat(resource.release())
        .isEqualTo(
            new Release.Believed(Set.of(ThreadIds.of(INITIALISER)), "it initialises a class"));
  }

  /** What the stalled thread waits for at the fourth look, or null. */
  private @Nullable Resource look(@Nullable String wait) {
    ClassInits classInits =
        new ClassInits(
            command -> {
              asked++;
              return wait == null ? null : printed(STALLED, wait) + printed(INITIALISER, "");
            });
    Resource found = null;
    for (int i = 0; i < 4; i++) {
      Scene scene = scene();
      cpu.update(List.copyOf(scene.threads()));
      classInits.look(scene, cpu, i * HALF_A_SECOND, List.of());
      found = scene.waitedFor(scene.thread(ThreadIds.of(STALLED)));
    }
    return found;
  }

  private static boolean blocked(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED;
  }

  private Scene scene() {
    Scene scene =
        new Scene(new Releases(), List.of(), new LockSites(), List.of(STALLED, INITIALISER));
    scene.add(new Seen(STALLED, false, ThreadState.RUNNABLE));
    Seen waits = scene.add(new Seen(INITIALISER, false, ThreadState.BLOCKED));
    scene.setWait(
        waits,
        scene.monitor(
            "java.lang.Object", 1, ResourceKind.MONITOR, Release.owner(ThreadIds.of(STALLED))),
        "1:0");
    return scene;
  }

  private static String printed(Thread thread, String wait) {
    String frame =
        thread.getName().equals("stalled") ? "a.B.c" : Slow.class.getName() + ".<clinit>";
    return "\"%s\" #%d prio=5 os_prio=0 tid=0x1 nid=0x1 runnable  [0x1]\n\tat %s(B.java:1)\n%s\n"
        .formatted(thread.getName(), ThreadIds.of(thread), frame, wait);
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
