package dev.unpark.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseErrorsTest {
  @BeforeEach
  void forget() {
    DatabaseErrors.clear();
  }

  @Test
  void givenErrorsOfTheStandard_whenMade_thenLockErrorsCountByKind() throws InterruptedException {
    make("40P01", 0);
    make("40001", 0);
    make("55P03", 0);
    make("61000", 60);
    make("23505", 0);
    make("08001", 1205);
    make(null, 60);
    make("", 0);

    assertThat(counted())
        .containsExactlyInAnyOrder(
            "other_sql deadlock 1",
            "other_sql serialization_failure 1",
            "other_sql lock_timeout 1",
            "oracle.db deadlock 1");
  }

  @Test
  void givenAnErrorMadeTwiceInARow_whenCounted_thenItIsOne() {
    DatabaseErrors.made(new SQLException("", "40P01"), "40P01", 0);
    DatabaseErrors.made(new SQLException("", "40P01"), "40P01", 0);
    DatabaseErrors.made(new BatchUpdateException("", "40P01", new int[0]), "40P01", 0);

    assertThat(counted()).containsExactly("other_sql deadlock 1");
  }

  /** Each on a thread of its own: from one thread, within a moment, they would be echoes. */
  private static void make(String state, int code) throws InterruptedException {
    Thread thread =
        new Thread(() -> DatabaseErrors.made(new SQLException("", state, code), state, code));
    thread.start();
    thread.join();
  }

  private static List<String> counted() {
    List<String> lines = new ArrayList<>();
    for (int pair = 0; pair < DatabaseErrors.size(); pair++) {
      if (DatabaseErrors.count(pair) > 0) {
        lines.add(
            DatabaseErrors.system(pair)
                + " "
                + DatabaseErrors.kind(pair)
                + " "
                + DatabaseErrors.count(pair));
      }
    }
    return lines;
  }
}
