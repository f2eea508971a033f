package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnoseCommandTest {
  @TempDir private Path directory;

  @Test
  void givenOneDumpOfADeadlock_whenDiagnosed_thenSuspectsItAndTellsWhatProvesIt()
      throws IOException {
    Unpark run = Unpark.run("diagnose", fixture("locks.txt"));

    assertThat(run).isEqualTo(new Unpark(1, golden("locks.golden"), ""));
  }

  @Test
  void givenTwoDumpsOfOneJvmInAnyOrder_whenDiagnosed_thenProvesIt() throws IOException {
    String first = fixture("locks.txt");
    String later = fixture("locks-later.txt");

    assertThat(Unpark.run("diagnose", first, later))
        .isEqualTo(new Unpark(1, golden("locks-proven.golden"), ""));
    assertThat(Unpark.run("diagnose", later, first).out()).contains("PROVEN  deadlock  for 2 s");
  }

  @Test
  void givenACopyOfADump_whenDiagnosed_thenIsNoProof() throws IOException {
    String first = fixture("locks.txt");
    Path copy = directory.resolve("copy.txt");
    Files.copy(Path.of(first), copy);

    assertThat(Unpark.run("diagnose", first, copy.toString(), first).out())
        .contains("SUSPECTED  deadlock")
        .doesNotContain("PROVEN");
  }

  @Test
  void givenADumpWithoutOwners_whenDiagnosed_thenTheDeadlockIsFoundAllTheSame() throws IOException {
    Unpark run = Unpark.run("diagnose", fixture("locks-without-owners.txt"));

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out()).contains("2 threads wait for each other: transfer-1 and transfer-2.");
  }

  @Test
  void givenADumpOfVirtualThreads_whenDiagnosed_thenTheirDeadlockIsFound() throws IOException {
    Unpark run = Unpark.run("diagnose", fixture("virtual.json"));

    assertThat(run).isEqualTo(new Unpark(1, golden("virtual.golden"), ""));
  }

  @Test
  void givenAHealthyDump_whenDiagnosed_thenFindsNothingAndSaysSo() throws IOException {
    Unpark run = Unpark.run("diagnose", fixture("nothing.txt"));

    assertThat(run).isEqualTo(new Unpark(0, golden("nothing.golden"), ""));
  }

  @Test
  void givenADumpOnStandardInput_whenDiagnosed_thenIsRead() {
    Unpark run = Unpark.runWith(Unpark.resource("locks.txt"), "diagnose", "-");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out()).startsWith("standard input, JDK 17.0.15, ");
  }

  @Test
  void givenFormatJson_whenDiagnosed_thenPrintsOneObjectEvenWithoutFindings() throws IOException {
    Unpark nothing = Unpark.run("diagnose", "--format", "json", fixture("nothing.txt"));
    Unpark locks = Unpark.run("diagnose", "--format=json", fixture("locks.txt"));

    assertThat(nothing).isEqualTo(new Unpark(0, golden("nothing.json"), ""));
    assertThat(locks).isEqualTo(new Unpark(1, golden("locks.json"), ""));
  }

  @Test
  void givenAFindingBelowFailOn_whenDiagnosed_thenIsShownAndDoesNotFail() throws IOException {
    Unpark critical = Unpark.run("diagnose", "--fail-on", "critical", fixture("long-hold.txt"));

    assertThat(critical.out()).contains("SUSPECTED  long hold");
    assertThat(critical.exitCode()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(Unpark.run("diagnose", fixture("long-hold.txt")).exitCode())
        .isEqualTo(ExitCode.FINDINGS);
    assertThat(Unpark.run("diagnose", "--fail-on=critical", fixture("locks.txt")).exitCode())
        .isEqualTo(ExitCode.FINDINGS);
  }

  @Test
  void givenVerbose_whenDiagnosed_thenShowsStacks() throws IOException {
    assertThat(Unpark.run("diagnose", "-v", fixture("locks.txt")).out())
        .contains("    at java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322) ");
  }

  @Test
  void givenFilesOfNoUse_whenDiagnosed_thenEachIsComplainedOfAndTheRestDiagnosed()
      throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.txt"));
    Path top = Files.writeString(directory.resolve("top.txt"), "PID USER  PR NI VIRT\n\u001b[31m");
    String missing = directory.resolve("missing.txt").toString();

    Unpark run =
        Unpark.run(
            "diagnose",
            missing,
            directory.toString(),
            empty.toString(),
            top.toString(),
            fixture("locks.txt"));

    assertThat(run).isEqualTo(new Unpark(1, golden("locks.golden"), golden("complaints.golden")));
  }

  @Test
  void givenOnlyFilesOfNoUse_whenDiagnosed_thenEndsAsUnreadable() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.txt"));

    Unpark text = Unpark.run("diagnose", empty.toString());
    Unpark json = Unpark.run("diagnose", "--format", "json", empty.toString());

    assertThat(text.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(text.out()).isEmpty();
    assertThat(json.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(json.out())
        .startsWith("{\"inputs\":[{\"path\":\"" + empty + "\",\"form\":\"unknown\"")
        .endsWith("],\"findings\":[],\"accepted\":[]}\n");
  }

  @Test
  void givenTheStumpOfARecording_whenDiagnosed_thenSaysThatItIsTorn() throws IOException {
    Path recording = Files.writeString(directory.resolve("a.jfr"), "FLR\0\0\2");

    Unpark run = Unpark.run("diagnose", recording.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).contains(": the flight recording is torn");
  }

  @Test
  void givenATruncatedDump_whenDiagnosed_thenWhatIsThereIsDiagnosedAndTheCutTold()
      throws IOException {
    String whole = Unpark.resource("locks.txt");
    int cut = whole.indexOf("\"VM Thread\"");
    int earlier = whole.indexOf("\"transfer-2\"");
    Path knot = Files.writeString(directory.resolve("knot.txt"), whole.substring(0, cut));
    Path half = Files.writeString(directory.resolve("half.txt"), whole.substring(0, earlier));

    Unpark run = Unpark.run("diagnose", knot.toString());
    Unpark without = Unpark.run("diagnose", half.toString());

    assertThat(run.out()).contains("transfer-1 and transfer-2");
    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(without.exitCode()).as("no all-clear for half a dump").isEqualTo(3);
    assertThat(without.err())
        .startsWith("'" + half + "' ends too soon: what is there is diagnosed\n  found:    ");
    assertThat(without.out()).contains("nothing found").contains("not seen the end of the dump");
  }

  @Test
  void givenAFileThatMayNotBeRead_whenDiagnosed_thenSaysWho() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret.txt"), "x");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(secret), "root may read everything");

    Unpark run = Unpark.run("diagnose", secret.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err())
        .startsWith("cannot read '" + secret + "': permission denied\n")
        .contains("  try:      sudo cat ");
  }

  @Test
  void givenAFileThatUnpacksWithoutEnd_whenDiagnosed_thenIsRefused() throws IOException {
    Path bomb = directory.resolve("bomb.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
      byte[] zeros = new byte[1 << 20];
      for (int mebibyte = 0; mebibyte < 80; mebibyte++) {
        out.write(zeros);
      }
    }

    Unpark run = Unpark.run("diagnose", bomb.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err())
        .startsWith("cannot read '" + bomb + "': it unpacks to far more than a dump\n")
        .contains("  try:      unpack it where there is room, then name the dumps in it");
  }

  @Test
  void givenLinesThatCannotBeRead_whenDiagnosed_thenSaysWhichAndReadsTheRest() throws IOException {
    String torn =
        Unpark.resource("locks.txt").replaceFirst("\tat java.lang.Thread.sleep", "\tqt sleep");
    Path file = Files.writeString(directory.resolve("torn.txt"), torn);

    Unpark run = Unpark.run("diagnose", file.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(run.out())
        .contains("\n1 line inside the dumps could not be read, the rest was\n  " + file + ":");
  }

  private String fixture(String name) throws IOException {
    return Unpark.fixture(name, directory);
  }

  private String golden(String name) {
    return Unpark.golden(name, directory);
  }
}
