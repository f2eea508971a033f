package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConnectionPoolsTest {
  private final Object pool = new Object();
  private final Object connection = new Object();

  @Test
  void givenAConnectionTaken_whenGivenBackTwice_thenItIsUsedOnce() {
    take();
    assertThat(handle().held()).isEqualTo(1);
    assertThat(rows()).isEqualTo(1);

    ConnectionPools.givenBack(pool, connection);
    ConnectionPools.givenBack(pool, connection);

    assertThat(handle().held()).isZero();
    assertThat(rows()).isZero();
    assertThat(handle().passedOn()).isZero();
    assertThat(IntStream.of(0, 1).mapToLong(i -> handle().uses().buckets()[i]).sum()).isEqualTo(1);
  }

  @Test
  void givenAConnectionPassedOn_whenAnotherThreadGivesItBack_thenThatIsRemembered()
      throws InterruptedException {
    take();

    Thread other = new Thread(() -> ConnectionPools.givenBack(pool, connection));
    other.start();
    other.join();

    assertThat(handle().held()).isZero();
    assertThat(handle().passedOn()).isEqualTo(1);
  }

  @Test
  void givenNestedCalls_whenTheInnerOneGetsIt_thenItIsTakenOnce() {
    int outer = ConnectionPools.asks(LibraryHandle.COMMONS_POOL, pool);
    int inner = ConnectionPools.asks(LibraryHandle.COMMONS_POOL, pool);
    ConnectionPools.answered(inner, pool, connection, null);
    assertThat(rows()).isZero();

    ConnectionPools.answered(outer, pool, connection, null);

    assertThat(rows()).isEqualTo(1);
    ConnectionPools.givenBack(pool, connection);
  }

  @Test
  void givenAThreadThatEndedWhileItAsked_whenSwept_thenItIsLetGo() throws InterruptedException {
    Thread lost = new Thread(() -> ConnectionPools.asks(LibraryHandle.HIKARI, pool));
    lost.start();
    lost.join();
    assertThat(isAsking(lost)).isTrue();

    ConnectionPools.sweep();

    assertThat(isAsking(lost)).isFalse();
  }

  private static boolean isAsking(Thread thread) {
    ThreadRows rows = ConnectionPools.asking();
    return IntStream.range(0, rows.capacity()).anyMatch(row -> rows.thread(row) == thread);
  }

  @Test
  void givenARefusal_whenItIsATimeout_thenItCounts() {
    refuse(new NoSuchElementException());
    refuse(new IllegalStateException("closed"));

    assertThat(handle().counted(LibraryTable.FAILURES)).isEqualTo(1);
    assertThat(handle().held()).isZero();
  }

  @Test
  void givenMoreConnectionsThanRows_whenTaken_thenTheLossIsCountedAndKnownOfThePool() {
    long before = ConnectionPools.dropped();
    Object[] many = new Object[ConnectionPools.CAPACITY + 1];
    for (int i = 0; i < many.length; i++) {
      many[i] = new Object();
      ConnectionPools.taken(LibraryHandle.HIKARI, pool, many[i]);
    }
    boolean blurred = handle().isBlurred();
    for (Object one : many) {
      ConnectionPools.givenBack(pool, one);
    }

    assertThat(blurred).isTrue();
    assertThat(ConnectionPools.dropped()).isGreaterThan(before);
    assertThat(rows()).isZero();
  }

  private void take() {
    int token = ConnectionPools.asks(LibraryHandle.COMMONS_POOL, pool);
    ConnectionPools.answered(token, pool, connection, null);
  }

  private void refuse(Throwable refusal) {
    int token = ConnectionPools.asks(LibraryHandle.COMMONS_POOL, pool);
    ConnectionPools.answered(token, pool, null, refusal);
  }

  private LibraryHandle handle() {
    return Objects.requireNonNull(LibraryTable.find(pool));
  }

  private long rows() {
    return IntStream.range(0, ConnectionPools.CAPACITY)
        .filter(row -> ConnectionPools.holder(row) != 0)
        .filter(row -> ConnectionPools.pool(row) == handle().number())
        .count();
  }
}
