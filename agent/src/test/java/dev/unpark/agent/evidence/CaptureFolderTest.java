package dev.unpark.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureFolderTest {
  private static final Instant START = Instant.parse("2026-01-31T03:12:07.412Z");

  @TempDir Path temporary;

  @Test
  void givenManyCaptures_whenMoreAreTaken_thenTheOldestGoAndOthersFilesStay() throws IOException {
    Path root = temporary.resolve("evidence");
    CaptureFolder folder = new CaptureFolder(root.toFile());
    File first = folder.next(SomeFinding.opened("deadlock:1"), START, 4711);
    assertThat(first.getName()).isEqualTo("20260131T031207.412Z-deadlock-4711");
    Files.writeString(first.toPath().resolve(CaptureFolder.RECORDING), "x");
    File second = folder.next(SomeFinding.opened("deadlock:1"), START.plusSeconds(1), 4711);
    Files.writeString(second.toPath().resolve("notes-of-mine.txt"), "x");
    Files.writeString(root.resolve("20260131T031207.412Z-mine"), "x");

    for (int i = 2; i < 60; i++) {
      folder.next(SomeFinding.opened("deadlock:1"), START.plusSeconds(i), 4711);
    }

    assertThat(root.toFile().list()).hasSize(CaptureFolder.MOST + 2);
    assertThat(first).doesNotExist();
    assertThat(second.toPath().resolve("notes-of-mine.txt")).exists();
    assertThat(root.resolve("20260131T031207.412Z-mine")).exists();
  }

  @Test
  void givenAFileInItsPlace_whenUsed_thenItSaysSo() throws IOException {
    Path root = Files.writeString(temporary.resolve("evidence"), "x");

    assertThatThrownBy(() -> new CaptureFolder(root.toFile()).root())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot make the folder");
  }
}
