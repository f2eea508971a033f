package dev.unpark.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.unpark.agent.Receiver.Manner;
import dev.unpark.agent.program.Connections;
import dev.unpark.agent.program.DatabaseTrouble;
import dev.unpark.agent.program.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real connection pools on a real database, with the agent beside them. */
class DatabaseLiveTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String HOOK = "unpark.agent.hook.active";
  private static final String[] LIBRARIES = {"HikariCP", "h2-", "commons-", "tomcat-", "slf4j-api"};

  @TempDir Path folder;

  static Stream<Arguments> pools() {
    return HostJvm.jdks().stream()
        .flatMap(
            jdk ->
                Stream.of(
                    Arguments.of(jdk, "hikari", "hikaricp", "orders"),
                    Arguments.of(jdk, "dbcp2", "commons-pool", "jdbc:h2:mem:test"),
                    Arguments.of(jdk, "tomcat", "tomcat-jdbc", "orders")));
  }

  static Stream<Path> jdks() {
    return HostJvm.jdks().stream();
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("pools")
  void givenAPool_whenUsed_thenItsConnectionsAreCountedAndItBehavesAsWithout(
      Path jdk, String pool, String hook, String name) throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk, "with", receiver, Connections.class, pool, "count")) {
      await().atMost(PATIENCE).until(() -> Points.of(receiver, HOOK).contains(hook + " 1"));
      Signal.give(folder.resolve("with"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(of(receiver, "count")).contains(name + " used 1", name + " idle 1");
                assertThat(of(receiver, "timeouts")).containsExactly(name + " 1");
              });
      assertThat(of(receiver, "max")).containsExactly(name + " 2");
      assertThat(of(receiver, "pending_requests")).containsExactly(name + " 0");
      assertThat(of(receiver, "wait_time")).containsExactly(name + " 4");
      assertThat(of(receiver, "use_time")).containsExactly(name + " 3");
      assertThat(jvm.agentLines()).isEmpty();
      try (HostJvm without = start(jdk, "without", null, Connections.class, pool, "count")) {
        Signal.give(folder.resolve("without"));
        await().atMost(PATIENCE).until(() -> without.stdout().contains("ready"));
        assertThat(jvm.stdout()).isEqualTo(without.stdout());
      }
    }
  }

  /** The one of the three whose waits have no end of their own. */
  @ParameterizedTest(name = "on {0}")
  @MethodSource("jdks")
  void givenThreadsThatHoldAllConnections_whenEachAsksForOneMore_thenTheKnotIsProven(Path jdk)
      throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk, "with", receiver, Connections.class, "dbcp2", "knot")) {
      await().atMost(PATIENCE).until(() -> Points.of(receiver, HOOK).contains("commons-pool 1"));
      Signal.give(folder.resolve("with"));
      await().atMost(PATIENCE).until(() -> !jvm.findings().isEmpty());

      JsonNode finding = jvm.findings().get(0);
      assertThat(finding.get("certainty").asText()).isEqualTo("proven");
      assertThat(finding.get("participants"))
          .allSatisfy(
              member ->
                  assertThat(member.at("/waitsFor/kind").asText()).isEqualTo("connection-pool"))
          .extracting(member -> member.at("/thread/name").asText())
          .containsExactlyInAnyOrder("order-1", "order-2");
    }
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("pools")
  void givenThreadsThatShareConnections_whenMoreThanThereAre_thenNothingIsStuck(
      Path jdk, String pool, String hook, String name) throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk, "with", receiver, Connections.class, pool, "share")) {
      await().atMost(PATIENCE).until(() -> Points.of(receiver, HOOK).contains(hook + " 1"));
      Signal.give(folder.resolve("with"));
      int before = receiver.observations();
      await().atMost(PATIENCE).until(() -> receiver.observations() > before + 3);

      await().atMost(PATIENCE).until(() -> of(receiver, "count").contains(name + " used 2"));
      assertThat(jvm.findings())
          .noneMatch(finding -> finding.get("certainty").asText().equals("proven"));
    }
  }

  @ParameterizedTest(name = "on {0}")
  @MethodSource("jdks")
  void givenErrorsOfADatabase_whenSomeAreAboutLocks_thenThoseAreCountedOnce(Path jdk)
      throws Exception {
    try (Receiver receiver = new Receiver(0, Manner.ACCEPTS);
        HostJvm jvm = start(jdk, "with", receiver, DatabaseTrouble.class)) {
      await().atMost(PATIENCE).until(() -> Points.of(receiver, HOOK).contains("sql-exception 1"));
      Signal.give(folder.resolve("with"));
      await().atMost(PATIENCE).until(() -> jvm.stdout().contains("ready"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Points.of(receiver, "unpark.db.lock.errors"))
                      .containsExactlyInAnyOrder(
                          "h2database lock_timeout 1", "h2database deadlock 1"));
      assertThat(jvm.stdout())
          .isEqualTo("42000 42000\n23505 23505\nHYT00 50200\n40001 40001\nready\n");
    }
  }

  private static List<String> of(Receiver receiver, String what) {
    return Points.of(receiver, "db.client.connection." + what);
  }

  private HostJvm start(
      Path jdk, String name, Receiver receiver, Class<?> program, String... arguments)
      throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    return HostJvm.start(
        jdk,
        own,
        receiver == null
            ? null
            : "findings.log=off,metrics.interval=1s,findings.file=%s,endpoint=%s"
                .formatted(own.resolve("findings.json"), receiver.endpoint()),
        Map.of(),
        HostJvm.libraries(LIBRARIES),
        program,
        Stream.concat(Stream.of(arguments), Stream.of(own.toString())).toArray(String[]::new));
  }
}
