package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@code Thread.print} and a {@code Thread.dump_to_file} of one moment, from the JDK's own tools:
 * a platform thread waits for a monitor that a virtual thread holds, which neither shows alone.
 */
class JoinedFilesTest {
  @TempDir private static Path taken;

  private static final HungJvms JVMS = new HungJvms();
  private static Path tools = Path.of("");
  private static String pid = "";

  @TempDir private Path directory;

  @BeforeAll
  static void takeThem() throws IOException, InterruptedException {
    assumeTrue(
        HungJvms.java25().isPresent(), "no JDK 25 beside the default one, nor in JAVA25_HOME");
    Path java = HungJvms.java25().get();
    tools = java.resolveSibling("jcmd");
    pid = Long.toString(JVMS.hang(java, "virtual-monitors"));
    take("first");
    Thread.sleep(1100); // HotSpot prints whole seconds, and the second look must be a later one
    take("second");
  }

  private static void take(String name) throws IOException, InterruptedException {
    run(name + ".txt", tools.toString(), pid, "Thread.print", "-l");
    run(name + "-jstack.txt", tools.resolveSibling("jstack").toString(), "-l", pid);
    run("answer", tools.toString(), pid, "Thread.dump_to_file", taken(name + "-plain.txt"));
    run(
        "answer",
        tools.toString(),
        pid,
        "Thread.dump_to_file",
        "-format=json",
        taken(name + ".json"));
  }

  private static void run(String output, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder tool = new ProcessBuilder(command).redirectErrorStream(true);
    int status = tool.redirectOutput(taken.resolve(output).toFile()).start().waitFor();
    assertThat(status).as(String.join(" ", command)).isZero();
  }

  private static String taken(String name) {
    return taken.resolve(name).toString();
  }

  @AfterAll
  static void end() throws InterruptedException {
    JVMS.end();
  }

  @Test
  void givenBothFormsOfOneMoment_whenDiagnosed_thenAreOneLook() {
    for (String file : List.of("first.json", "first-plain.txt")) {
      for (String print : List.of("first.txt", "first-jstack.txt")) {
        Unpark run = Unpark.run("diagnose", taken(print), taken(file));

        assertThat(run.out())
            .as(print + " with " + file)
            .startsWith(
                taken(print)
                    + ", "
                    + taken(file)
                    + " (two dumps of one moment, joined), pid "
                    + pid)
            .contains(", 1 dump of ", "2 threads wait for each other: post and settle.")
            .contains("behind them: 1 thread of \"report\"")
            .contains(taken(file) + ":", taken(print) + ":");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
      }
    }
  }

  @Test
  void givenTwoPairs_whenDiagnosedInAnyOrder_thenTheyProve() {
    Unpark run =
        Unpark.run(
            "diagnose",
            taken("second.json"),
            taken("first.txt"),
            taken("first.json"),
            taken("second.txt"));

    assertThat(run.out())
        .contains("(2 pairs of dumps, each of one moment, joined)", ", 2 dumps within ")
        .contains("PROVEN  deadlock", "post and settle.", "behind them: 1 thread of \"report\"");
  }

  @Test
  void givenJson_whenDiagnosed_thenEachDumpNamesTheOther() {
    Unpark run =
        Unpark.run("diagnose", "--format", "json", taken("first.txt"), taken("first.json"));

    assertThat(run.out())
        .contains("\"form\":\"hotspot\",\"joinedWith\":\"" + taken("first.json") + '"')
        .contains("\"form\":\"dump_to_file-json\",\"joinedWith\":\"" + taken("first.txt") + '"');
  }

  @Test
  void givenMoreThreadsPrintedThanFiled_whenMasked_thenAreOneLookAllTheSame() {
    Unpark run = Unpark.run("diagnose", "--mask", taken("first.txt"), taken("first.json"));

    assertThat(run.out()).contains("(two dumps of one moment, joined)").doesNotContain("settle");
  }

  @Test
  void givenAnotherMoment_whenDiagnosed_thenIsNotJoinedAndSaysHowFarApart() throws IOException {
    String longAgo = text("first.txt").replaceFirst("(?m)^20..-", "2001-");

    Unpark run = Unpark.run("diagnose", written("old.txt", longAgo), taken("first.json"));

    assertThat(run.out())
        .contains(" h apart and not joined, which takes 10 s at most)")
        .contains(", 2 dumps within ");
  }

  @Test
  void givenAnotherTimeZone_whenDiagnosed_thenSaysHowToReadIt() throws IOException {
    Matcher clock = Pattern.compile("(?m)^(20..-..-..) (..):").matcher(text("first.txt"));
    assertThat(clock.find()).isTrue();
    int hour = Integer.parseInt(clock.group(2));
    String moved = clock.replaceFirst("$1 %02d:".formatted(hour < 12 ? hour + 5 : hour - 5));

    Unpark run = Unpark.run("diagnose", written("zone.txt", moved), taken("first.json"));

    assertThat(run.out()).contains("run it with TZ=ZONE if only the time zone differs");
  }

  @Test
  void givenAnotherProcessOrOtherThreads_whenDiagnosed_thenAreTwoJvms() throws IOException {
    String process = text("first.json").replace("\"" + pid + "\"", "\"1\"");
    String threads = text("first-jstack.txt").replaceAll("(?m)^\"(.)", "\"of another program $1");

    Unpark other = Unpark.run("diagnose", taken("first.txt"), written("other.json", process));
    Unpark another = Unpark.run("diagnose", written("other.txt", threads), taken("first.json"));

    assertThat(other.out()).doesNotContain("joined").contains("pid " + pid, "pid 1,");
    assertThat(another.out()).doesNotContain("joined");
  }

  @Test
  void givenTwoJvmsOfOneProcessId_whenDiagnosed_thenNeitherTakesTheOthersFile() throws IOException {
    String replica = text("first.txt").replaceAll("tid=0x0000", "tid=0x0001");

    Unpark run =
        Unpark.run(
            "diagnose", taken("first.txt"), written("replica.txt", replica), taken("first.json"));

    assertThat(run.out()).doesNotContain("joined").contains("replica.txt, pid " + pid);
  }

  @Test
  void givenOnlyOneOfTwoLooksJoined_whenDiagnosed_thenVirtualThreadsAreNotTakenForGone() {
    Unpark run =
        Unpark.run("diagnose", taken("first.txt"), taken("first.json"), taken("second.txt"));

    assertThat(run.out())
        .contains("(two dumps of one moment, joined)", "2 dumps within ")
        .contains("SUSPECTED  deadlock")
        .doesNotContain("no longer");
  }

  private static String text(String name) throws IOException {
    return Files.readString(taken.resolve(name));
  }

  private String written(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }
}
