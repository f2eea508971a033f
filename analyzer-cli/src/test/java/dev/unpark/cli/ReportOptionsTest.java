package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportOptionsTest {
  @TempDir private Path directory;

  private String fixture(String name) throws IOException {
    return Unpark.fixture(name, directory);
  }

  @Test
  void givenEachFormat_whenDiagnosed_thenTheStatusIsTheSame() throws IOException {
    String locks = fixture("locks.txt");

    for (Format format : Format.values()) {
      Unpark run = Unpark.run("diagnose", "--format", format.name(), locks);
      assertThat(run.exitCode()).as(format.name()).isEqualTo(ExitCode.FINDINGS);
      assertThat(run.err()).as(format.name()).isEmpty();
      assertThat(run.out()).as(format.name()).contains("transfer-1").endsWith("\n");
    }
  }

  @Test
  void givenAnOutputFile_whenDiagnosed_thenTheReportIsThereAndNowhereElse() throws IOException {
    Path page = directory.resolve("why.html");
    Files.writeString(page, "an older one");

    Unpark run =
        Unpark.run("diagnose", "--format=html", "-o", page.toString(), fixture("locks.txt"));

    assertThat(run).isEqualTo(new Unpark(ExitCode.FINDINGS, "", ""));
    assertThat(page).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("why.html", "locks.txt");
    }
  }

  @Test
  void givenAnOutputThatCannotBe_whenDiagnosed_thenSaysThatTheAnswerIsLost() throws IOException {
    String output = directory.resolve("no/such/place").toString();

    Unpark run = Unpark.run("diagnose", "--output", output, fixture("locks.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.OUR_FAULT);
    assertThat(run.err()).startsWith("cannot write the answer to '" + output + "'\n");
  }

  @Test
  void givenABaselineOfAllFindings_whenDiagnosed_thenTheyAreAcceptedAndCounted()
      throws IOException {
    String locks = fixture("locks.txt");
    String baseline = directory.resolve("accepted").toString();

    Unpark written = Unpark.run("diagnose", "--write-baseline", baseline, locks);
    Unpark run = Unpark.run("diagnose", "--baseline", baseline, locks);
    Unpark json = Unpark.run("diagnose", "--format=json", "--baseline", baseline, locks);
    Unpark sarif = Unpark.run("diagnose", "--format=sarif", "--baseline", baseline, locks);

    assertThat(written.exitCode()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(written.out()).contains("SUSPECTED  deadlock");
    assertThat(run.exitCode()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("1 finding is accepted by the baseline\n  deadlock:")
        .doesNotContain("SUSPECTED");
    assertThat(json.out()).contains("\"findings\":[],\"accepted\":[\"deadlock:");
    assertThat(sarif.out()).contains("\"suppressions\":[{\"kind\":\"external\"");
  }

  @Test
  void givenABaselineWithStaleEntries_whenDiagnosed_thenNamesThem() throws IOException {
    Path baseline = directory.resolve("accepted");
    Files.writeString(baseline, "# ours\n\nlong-hold:0123456789abcdef  the nightly report\n");

    Unpark run = Unpark.run("diagnose", "--baseline", baseline.toString(), fixture("locks.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.err())
        .isEqualTo(
            "baseline '%s': not seen any more, to be taken out\n".formatted(baseline)
                + "  long-hold:0123456789abcdef  the nightly report\n");
  }

  @Test
  void givenABaselineThatIsNone_whenDiagnosed_thenSaysWhichLine() throws IOException {
    Path baseline = directory.resolve("accepted");
    Files.writeString(baseline, "deadlock:0123456789abcdef\nall of them\n");

    Unpark odd = Unpark.run("diagnose", "--baseline", baseline.toString(), fixture("locks.txt"));
    Unpark missing = Unpark.run("diagnose", "--baseline", "missing", fixture("locks.txt"));

    assertThat(odd.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(odd.err())
        .startsWith("cannot read the baseline '" + baseline + "'\n  found:    line 2: all of them");
    assertThat(missing.err()).startsWith("cannot read the baseline 'missing'\n");
  }

  @Test
  void givenMask_whenDiagnosed_thenNoFormHoldsTheNames() throws IOException {
    String[] files = {fixture("locks.txt"), fixture("long-hold.txt"), fixture("virtual.json")};

    for (Format format : Format.values()) {
      Unpark run =
          Unpark.run(
              "diagnose",
              "-v",
              "--mask-classes",
              "--format",
              format.name(),
              files[0],
              files[1],
              files[2],
              directory.resolve("missing-at-home").toString());
      assertThat(run.exitCode()).as(format.name()).isEqualTo(ExitCode.FINDINGS);
      assertThat(run.out())
          .as(format.name())
          .contains("masked-", "input-1")
          .doesNotContain("transfer", "Hangs", "dev.unpark.cli", "home", directory.toString());
    }
  }

  @Test
  void givenMaskAndABaseline_whenDiagnosed_thenIsRefused() throws IOException {
    Unpark run = Unpark.run("diagnose", "--mask", "--baseline", "x", fixture("locks.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("a masked report has ids of its own");
  }

  @Test
  void givenATerminal_whenDiagnosed_thenColoursUnlessToldNotTo() throws IOException {
    String locks = fixture("locks.txt");

    assertThat(Unpark.inTerminal(Map.of(), "diagnose", locks).out()).contains("\u001b[1;31m");
    assertThat(Unpark.inTerminal(Map.of("NO_COLOR", "1"), "diagnose", locks).out())
        .doesNotContain("\u001b");
    assertThat(Unpark.inTerminal(Map.of("TERM", "dumb"), "diagnose", locks).out())
        .doesNotContain("\u001b");
    assertThat(Unpark.inTerminal(Map.of(), "diagnose", "--color=never", locks).out())
        .doesNotContain("\u001b");
    assertThat(Unpark.run("diagnose", locks).out()).doesNotContain("\u001b");
    assertThat(Unpark.run("diagnose", "--color", "always", locks).out()).contains("\u001b[1;31m");
  }

  @Test
  void givenANarrowTerminal_whenVerbose_thenNoLineOfTwoStacksIsWider() throws IOException {
    Unpark run =
        Unpark.inTerminal(
            Map.of("COLUMNS", "120", "NO_COLOR", "1"), "diagnose", "-v", fixture("locks.txt"));

    assertThat(run.out().lines().filter(line -> line.contains("  |")))
        .isNotEmpty()
        .allMatch(line -> line.length() <= 120);
  }

  @Test
  void givenKnownStacksThatCannotBeRead_whenDiagnosed_thenSaysWhichLine() throws IOException {
    Path known = Files.writeString(directory.resolve("known"), "[idle]\n(((\n");

    Unpark run = Unpark.run("diagnose", "--known", known.toString(), fixture("locks.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).startsWith("cannot read '" + known + "': line 2 ");
    assertThat(Unpark.run("diagnose", "--known", "missing", fixture("locks.txt")).err())
        .startsWith("cannot read the known stacks 'missing'\n");
  }
}
