package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir private Path directory;

  private String fixture(String name) throws IOException {
    return Unpark.fixture(name, directory);
  }

  @Test
  void givenTwoDumpsOfOneJvm_whenCompared_thenTellsWhatChangedAndWhatIsWrong() throws IOException {
    Unpark run = Unpark.run("compare", fixture("locks.txt"), fixture("locks-later.txt"));

    assertThat(run).isEqualTo(new Unpark(1, Unpark.golden("compare.golden", directory), ""));
  }

  @Test
  void givenFormatJson_whenCompared_thenTheComparisonStandsBesideTheFindings() throws IOException {
    Unpark run =
        Unpark.run(
            "compare", "--format=json", "--mask", fixture("locks.txt"), fixture("locks-later.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out())
        .contains(
            "\"comparisons\":[{\"from\":", "\"looks\":2,", "\"stuck\":[{\"threads\":[{\"id\":")
        .doesNotContain("transfer-1")
        .endsWith("]}\n");
  }

  @Test
  void givenDumpsThatHaveNothingInCommon_whenCompared_thenSaysSo() throws IOException {
    Unpark run = Unpark.run("compare", fixture("locks.txt"), fixture("virtual.json"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith(
            "nothing to compare: no two dumps are of one JVM\n"
                + "  found:    2 JVMs, one dump each\n");
  }

  @Test
  void givenACutDumpBehindAWholeOne_whenCompared_thenSaysThatItIsNoMeasure() throws IOException {
    String later = Unpark.resource("locks-later.txt");
    String cut = later.substring(0, later.indexOf("\"transfer-1\""));
    Path torn = Files.writeString(directory.resolve("torn.txt"), cut);

    Unpark run = Unpark.run("compare", fixture("locks.txt"), torn.toString());

    assertThat(run.out())
        .startsWith("not compared: of the 2 dumps in ")
        .contains("no two are whole and of one form\n")
        .contains("SUSPECTED  deadlock")
        .doesNotContain("ended", "(over)");
  }

  @Test
  void givenAFormThatHasNoRoomForIt_whenCompared_thenIsRefused() throws IOException {
    Unpark run = Unpark.run("compare", "--format=sarif", fixture("locks.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("unpark compare gives text or json\n");
  }
}
