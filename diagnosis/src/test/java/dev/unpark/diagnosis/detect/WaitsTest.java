package dev.unpark.diagnosis.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Scene;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.timeline.Look;
import dev.unpark.diagnosis.timeline.Timeline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitsTest {
  private static final String USER = "shop.Orders.find(Orders.java:9)";
  private static final String READ = "sun.nio.ch.SocketDispatcher.read0(Native Method)";
  private static final String PARK = "jdk.internal.misc.Unsafe.park(Native Method)";

  private static Look look(Scene scene) {
    Timeline timeline = new Timeline(Duration.ofMinutes(1), 10);
    timeline.add(scene.at(0));
    return timeline.look();
  }

  private static ObservedThread thread(Look look, long id) {
    return look.observation().threads().stream()
        .filter(t -> t.id() == id)
        .findFirst()
        .orElseThrow();
  }

  private static boolean waits(ThreadState state, String... stack) {
    Look look = look(new Scene().stands(1, "a", state, stack));
    return Waits.waits(thread(look, 1), look);
  }

  @Test
  void givenStatesAndStacks_whenAskedWhetherItWaits_thenBothTell() {
    assertThat(waits(ThreadState.BLOCKED, USER)).isTrue();
    assertThat(waits(ThreadState.WAITING, USER)).isTrue();
    assertThat(waits(ThreadState.TIMED_WAITING, USER)).isTrue();
    assertThat(waits(ThreadState.RUNNABLE, USER)).isFalse();
    assertThat(waits(ThreadState.RUNNABLE, READ, USER)).isTrue();
    assertThat(waits(ThreadState.UNKNOWN, USER)).isFalse();
    assertThat(waits(ThreadState.UNKNOWN, READ, USER)).isTrue();
    assertThat(waits(ThreadState.UNKNOWN, PARK, USER)).isTrue();
    assertThat(waits(ThreadState.NEW)).isFalse();
    assertThat(waits(ThreadState.TERMINATED)).isFalse();
  }

  private static String doing(String... stack) {
    Look look = look(new Scene().stands(1, "a", ThreadState.WAITING, stack));
    return Waits.doing(thread(look, 1), look);
  }

  @Test
  void givenWhereItStands_whenToldWhatItDoes_thenTheMostTellingWordIsChosen() {
    assertThat(doing(READ, "org.postgresql.core.PGStream.receive(P.java:1)", USER))
        .isEqualTo("waits for a database");
    assertThat(doing(READ, "okio.Okio.read(O.java:1)", USER))
        .isEqualTo("waits for an answer over HTTP");
    assertThat(doing(READ, "redis.clients.jedis.Connection.read(C.java:1)", USER))
        .isEqualTo("waits for a remote service");
    assertThat(doing(PARK, "com.zaxxer.hikari.pool.HikariPool.getConnection(H.java:1)", USER))
        .isEqualTo("waits for a connection of a pool");
    assertThat(doing(READ, USER)).isEqualTo("is in input or output");
    assertThat(doing(PARK, "java.util.concurrent.FutureTask.get(F.java:1)", USER))
        .isEqualTo("waits for other work to end");
    assertThat(doing(PARK, USER)).isEqualTo("waits");
    Look look = look(new Scene().waits(1, "a", "L", "1", false, USER).lock("L", 9).runs(9, "b"));
    assertThat(Waits.doing(thread(look, 1), look)).isEqualTo("waits for ReentrantLock");
  }

  @Test
  void givenQueues_whenAskedWhetherTheyPassSoon_thenTheOwnerTells() {
    Look look =
        look(
            new Scene()
                .waits(1, "behind a runner", "run", "1", false, USER)
                .waits(2, "behind a sleeper", "rest", "1", false, USER)
                .waits(3, "behind nobody known", "unknown", "1", false, USER)
                .waits(4, "for a result", "future", "1", false, USER)
                .stands(5, "blocked at what was not seen", ThreadState.BLOCKED, USER)
                .runs(8, "runner")
                .rests(9, "sleeper", "java.lang.Thread.sleep(Thread.java)", USER)
                .lock("run", 8)
                .lock("rest", 9)
                .unknown("unknown", ResourceKind.REENTRANT_LOCK)
                .unknown("future", ResourceKind.FUTURE));

    assertThat(Waits.mayPassSoon(thread(look, 1), look)).isTrue();
    assertThat(Waits.mayPassSoon(thread(look, 2), look)).isFalse();
    assertThat(Waits.mayPassSoon(thread(look, 3), look)).isTrue();
    assertThat(Waits.mayPassSoon(thread(look, 4), look)).isFalse();
    assertThat(Waits.mayPassSoon(thread(look, 5), look)).isTrue();
    assertThat(Waits.owner(null, look)).isNull();
    assertThat(Waits.owner(Waits.lock(thread(look, 2), look), look)).isEqualTo(thread(look, 9));
    assertThat(Waits.lock(thread(look, 4), look)).isNull();
  }
}
