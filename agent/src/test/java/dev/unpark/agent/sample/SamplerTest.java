package dev.unpark.agent.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.unpark.agent.bootstrap.SignalTable;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.ResourceKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sampler in this very JVM, whose hooks are called by hand. */
class SamplerTest {
  private final Sampler sampler =
      new Sampler(
          new JvmIdentity("test", "1", JvmIdentity.UNKNOWN_PID, ""),
          Instant::now,
          List::of,
          List::of);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition condition = lock.newCondition();
  private final Thread waiter = new Thread(this::awaitForEver, "waits-for-signal");

  @BeforeEach
  void startToWait() {
    SignalTable.record(true);
    waiter.setDaemon(true);
    waiter.start();
    await().until(() -> waiter.getState() == Thread.State.WAITING);
  }

  @AfterEach
  void stopWaiting() throws InterruptedException {
    SignalTable.record(false);
    SignalTable.clear();
    waiter.interrupt();
    waiter.join();
  }

  @Test
  void givenNobodyHasSignalledYet_whenLooked_thenItIsUnknownWhoEndsTheWait() {
    assertThat(release()).contains(new Release.Unknown());
  }

  @Test
  void givenALivingSignaller_whenLooked_thenItIsBelievedToEndTheWait() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread signaller = signaller(end);

    Optional<Release> release = release();

    end.countDown();
    assertThat(release)
        .contains(
            new Release.Believed(
                Set.of(ThreadIds.of(signaller)), "it signalled this condition before"));
    signaller.join();
  }

  @Test
  void givenASignallerThatHasEnded_whenLooked_thenNobodyIsLeftToEndTheWait() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread signaller = signaller(end);
    sampler.tick();
    end.countDown();
    signaller.join();

    assertThat(release())
        .contains(
            new Release.Believed(Set.of(), "every thread that signalled this condition has ended"));
  }

  @Test
  void givenASignallerThatLivedForOneSignal_whenLooked_thenAnotherMayCome() throws Exception {
    signaller(new CountDownLatch(0)).join();

    assertThat(release()).contains(new Release.Unknown());
  }

  @Test
  void givenSignallersThatComeAndGo_whenLooked_thenItIsUnknownWhoEndsTheWait() throws Exception {
    for (int i = 0; i <= SignalTable.THREADS; i++) {
      signaller(new CountDownLatch(0)).join();
    }

    assertThat(release()).contains(new Release.Unknown());
  }

  private Optional<Release> release() {
    Observation observation = sampler.tick();
    return observation.resources().stream()
        .filter(resource -> resource.kind() == ResourceKind.CONDITION)
        .filter(resource -> resource.id().equals(Names.id(condition)))
        .map(Resource::release)
        .findFirst();
  }

  private Thread signaller(CountDownLatch end) {
    CountDownLatch done = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              SignalTable.signalled(condition);
              done.countDown();
              awaitQuietly(end);
            },
            "signals");
    thread.setDaemon(true);
    thread.start();
    awaitQuietly(done);
    return thread;
  }

  private void awaitForEver() {
    lock.lock();
    try {
      while (true) {
        condition.await();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
