package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real recording, of a thread of this JVM that waits for a monitor until it is let in. */
class RecordingCommandTest {
  @TempDir private static Path directory;

  private static String file = "";

  @BeforeAll
  static void record() throws Exception {
    file = RecordedDoor.record(directory);
  }

  @Test
  void givenAWaitForAMonitor_whenRecorded_thenLockPlaceAndOwnerAreNamed() {
    Unpark run = Unpark.run("recording", file);

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(run.out())
        .startsWith(file + ", recorded for ")
        .contains("locks, by time waited\n", "Object (monitor)\n")
        .contains("Object (monitor) at RecordedDoor.enter(RecordedDoor.java:")
        .contains("threads that held a monitor\n", "  " + Thread.currentThread().getName() + "\n");
  }

  @Test
  void givenFormatJsonAndMask_whenRecorded_thenTheTablesAreThereWithoutNames() {
    Unpark run = Unpark.run("recording", "--format=json", "--mask-classes", file);

    assertThat(run.out())
        .contains("\"recordings\":[{\"path\":\"input-1\"", "\"locks\":[{\"subject\":")
        .doesNotContain("RecordedDoor", "door.jfr");
  }

  @Test
  void givenARecordingWithoutDumps_whenDiagnosed_thenNamesTheCommandThatReadsIt() {
    Unpark run = Unpark.run("diagnose", file);

    assertThat(run.err())
        .startsWith("cannot diagnose '" + file + "': the flight recording holds no thread dump\n")
        .contains("try:      unpark recording " + file);
    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
  }

  @Test
  void givenARecordingWithADump_whenDiagnosed_thenTheDumpIsLookedAt() throws IOException {
    Path recorded = directory.resolve("dump.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ThreadDump").with("period", "beginChunk");
      recording.start();
      recording.stop();
      recording.dump(recorded);
    }

    Unpark run = Unpark.run("diagnose", "--format=json", recorded.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("\"dumps\":[{");
  }

  @Test
  void givenWhatIsNoRecording_whenRead_thenSaysSo() throws IOException {
    Path text = Files.writeString(directory.resolve("a.txt"), "no recording");

    Unpark run = Unpark.run("recording", text.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREADABLE);
    assertThat(run.err()).startsWith("cannot read '" + text + "': it is no flight recording\n");
  }
}
