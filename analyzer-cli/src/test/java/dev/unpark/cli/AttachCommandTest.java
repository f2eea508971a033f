package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real JVMs, hung in earnest, on the JDK of the build and on JDK 25. */
class AttachCommandTest {
  private final HungJvms jvms = new HungJvms();

  static Stream<Path> javas() {
    return HungJvms.javas();
  }

  @AfterEach
  void end() throws InterruptedException {
    jvms.end();
  }

  @ParameterizedTest
  @MethodSource("javas")
  void givenADeadlockOfLocks_whenAttached_thenIsProven(Path java) throws IOException {
    long pid = jvms.hang(java, "locks");

    Unpark run = Unpark.run("attach", Long.toString(pid));

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("Hangs, pid " + pid + ", JDK ")
        .contains(" threads, looked at twice ")
        .contains("PROVEN  deadlock  for 1 s, since ")
        .contains("  2 threads wait for each other: transfer-1 and transfer-2.\n")
        .contains("at Hangs$Account.transferTo(Hangs.java:");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
  }

  @ParameterizedTest
  @MethodSource("javas")
  void givenADeadlockOfMonitors_whenAttached_thenIsProvenThoughItsThreadsWakeToLook(Path java)
      throws IOException {
    Unpark run = Unpark.run("attach", Long.toString(jvms.hang(java, "monitors")));

    assertThat(run.out())
        .contains("PROVEN  deadlock")
        .contains("  2 threads wait for each other: post and settle.\n");
  }

  @ParameterizedTest
  @MethodSource("javas")
  void givenClassesThatInitialiseEachOther_whenAttached_thenIsProvenThoughTheJvmIsSilent(Path java)
      throws IOException {
    Unpark run = Unpark.run("attach", Long.toString(jvms.hang(java, "class-initialization")));

    assertThat(run.out())
        .contains("PROVEN  deadlock")
        .contains("  2 threads wait for each other: catalogue and prices.\n");
  }

  @Test
  void givenADeadlockOfVirtualThreads_whenAttached_thenIsProvenWithItsVictim() throws IOException {
    assumeTrue(
        HungJvms.java25().isPresent(), "no JDK 25 beside the default one, nor in JAVA25_HOME");

    Unpark run =
        Unpark.run("attach", Long.toString(jvms.hang(HungJvms.java25().get(), "virtual-monitors")));

    assertThat(run.out())
        .contains("PROVEN  deadlock")
        .contains("  2 threads wait for each other: post and settle.\n")
        .contains("  behind them: ")
        .doesNotContain("not seen");
  }

  @ParameterizedTest
  @MethodSource("javas")
  void givenWaitsThatCanEnd_whenAttached_thenFindsNothing(Path java) throws IOException {
    Unpark run = Unpark.run("attach", Long.toString(jvms.hang(java, "nothing")));

    assertThat(run.exitCode()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.out()).endsWith("\nnothing found\n");
  }

  @Test
  void givenFormatJson_whenAttached_thenPrintsOneObject() throws IOException {
    Unpark run =
        Unpark.run(
            "attach", "--format", "json", Long.toString(jvms.hang(HungJvms.ownJava(), "locks")));

    assertThat(run.out())
        .startsWith("{\"inputs\":[{\"path\":\"Hangs\"")
        .contains("\"certainty\":\"proven\"")
        .endsWith("]}\n");
  }

  @Test
  void givenAProcessThatIsNoJvm_whenAttached_thenLeavesItAliveAndSaysSo() throws IOException {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    jvms.add(sleep);

    Unpark run = Unpark.run("attach", Long.toString(sleep.pid()));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).startsWith("cannot attach to " + sleep.pid() + ": it is not a JVM\n");
    assertThat(sleep.isAlive()).isTrue();
  }

  @Test
  void givenAJvmThatASignalWouldEnd_whenAttached_thenLeavesItAliveAndSaysSo() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells who catches signals");
    long pid = jvms.hang(HungJvms.ownJava(), "nothing", "-Xrs");

    Unpark run = Unpark.run("attach", Long.toString(pid));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).startsWith("cannot attach to " + pid + ": it does not expect the signal");
    assertThat(jvms.started()).allMatch(Process::isAlive);
  }

  @Test
  void givenAJvmThatRefuses_whenAttached_thenSaysSo() throws IOException {
    long pid = jvms.hang(HungJvms.ownJava(), "nothing", "-XX:+DisableAttachMechanism");

    Unpark run = Unpark.run("attach", Long.toString(pid));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).startsWith("cannot attach to " + pid + ": the JVM does not answer\n");
  }

  @Test
  void givenIdsThatAreNone_whenAttached_thenSaysSo() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();

    assertThat(Unpark.run("attach", Long.toString(gone.pid())).err())
        .startsWith("cannot attach to " + gone.pid() + ": there is no such process\n");
    assertThat(Unpark.run("attach", Long.toString(ProcessHandle.current().pid())).err())
        .contains(": that is this process\n");
    assertThat(Unpark.run("attach", "no such program").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(Unpark.run("attach", "-5").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void givenAStoppedJvm_whenAttached_thenSaysSoAtOnce() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells who is stopped");
    long pid = jvms.hang(HungJvms.ownJava(), "nothing");
    signal("STOP", pid);

    Unpark run = Unpark.run("attach", Long.toString(pid));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err())
        .startsWith("cannot attach to " + pid + ": it is stopped, and answers nobody\n")
        .contains("  try:      kill -CONT " + pid + "\n");
  }

  @Test
  void givenAJvmThatTakesTheQuestionAndStaysSilent_whenLookedAt_thenPatienceEnds()
      throws Exception {
    long pid = jvms.hang(HungJvms.ownJava(), "nothing");
    Unpark.run("attach", "--samples", "1", Long.toString(pid));
    signal("STOP", pid);

    LiveLooks looks =
        LiveLooks.take(
            pid, 2, Duration.ofMillis(1), Duration.ofMillis(300), ZoneId.systemDefault());

    assertThat(looks.dumps()).isEmpty();
    assertThat(looks.complaint()).isNotNull();
    assertThat(looks.complaint().render())
        .startsWith("cannot attach to " + pid + ": the JVM does not answer\n")
        .contains("no answer within 0.3 s");
  }

  @Test
  void givenAJvmThatEndsBetweenTheLooks_whenAttached_thenIsNoAllClear() throws Exception {
    long pid = jvms.hang(HungJvms.ownJava(), "nothing");
    Thread end = endAfterFirstLook(pid);

    Unpark run = Unpark.run("attach", "--every", "3s", Long.toString(pid));
    end.join();

    assertThat(run.out()).contains("looked at once");
    assertThat(run.err()).startsWith(pid + " has ended: what was seen before is diagnosed\n");
    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
  }

  /** Ends it as soon as its attach listener, which the first look brings to life, has answered. */
  private Thread endAfterFirstLook(long pid) {
    Path door = Path.of(System.getProperty("java.io.tmpdir"), ".java_pid" + pid);
    Thread end =
        new Thread(
            () -> {
              try {
                while (!Files.exists(door)) {
                  Thread.sleep(20);
                }
                Thread.sleep(1_500);
              } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
              }
              jvms.started().forEach(Process::destroyForcibly);
            });
    end.start();
    return end;
  }

  @Test
  void givenAPartOfAName_whenAttached_thenFindsTheOnlyOneOrNamesAll() throws IOException {
    long first = jvms.hang(HungJvms.ownJava(), "locks", "-Dno.name=1");

    Unpark one = Unpark.run("attach", "hangs");
    long second = jvms.hang(HungJvms.ownJava(), "nothing");
    Unpark two = Unpark.run("attach", "HANGS");
    Unpark none = Unpark.run("attach", "no such program");

    assertThat(one.out()).startsWith("Hangs, pid " + first);
    assertThat(two.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(two.err())
        .startsWith("'HANGS' may mean any of 2 JVMs\n")
        .contains("%8d  dev.unpark.cli.Hangs locks\n".formatted(first))
        .contains("%8d  dev.unpark.cli.Hangs nothing\n".formatted(second));
    assertThat(none.err()).startsWith("no JVM is called 'no such program'\n");
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  @Test
  void givenNoAgentToLoad_whenAskedFor_thenSaysWhereItLooked() throws IOException {
    long pid = jvms.hang(HungJvms.ownJava(), "nothing");

    Unpark run = Unpark.run("attach", "--agent", "--agent-jar", "/no/such.jar", Long.toString(pid));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).startsWith("no agent to load\n  found:    no file /no/such.jar\n");
  }

  @Test
  void givenTheAgentsJar_whenLoadedAndDetached_thenItsAnswersAreTold() throws IOException {
    Path jar = Path.of("../agent/target/unpark-agent.jar").toAbsolutePath();
    assumeTrue(Files.isRegularFile(jar), "the agent's jar is not built");
    String pid = Long.toString(jvms.hang(HungJvms.ownJava(), "nothing"));

    Unpark load =
        Unpark.run("attach", "--agent", "--agent-jar", jar.toString(), pid, "findings.log=off");
    Unpark again = Unpark.run("attach", "--agent", "--agent-jar", jar.toString(), pid);
    Unpark detach = Unpark.run("attach", "--agent", "--agent-jar", jar.toString(), pid, "detach");

    assertThat(load.err()).isEqualTo("agent in " + pid + ": running\n");
    assertThat(again.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(again.err()).contains("an Unpark agent runs in this JVM already");
    assertThat(detach.err()).isEqualTo("agent in " + pid + ": detached\n");
  }
}
