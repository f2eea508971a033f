package dev.unpark.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class FindingFileTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @TempDir Path folder;

  @Test
  void givenAFolderThatComesLater_whenRetried_thenNothingIsLost() throws Exception {
    Path path = folder.resolve("later").resolve("findings.json");
    FindingFile file = new FindingFile(path.toString(), new Log(said));
    file.add("one");
    file.add("two");
    file.retry();

    Files.createDirectory(path.getParent());
    file.retry();

    assertThat(path).hasContent("one\ntwo");
    assertThat(said.toString()).hasLineCount(1).contains("cannot write findings.file");
  }

  @Test
  void givenAFileMovedAway_whenWritten_thenANewOneIsBegun() throws Exception {
    Path path = folder.resolve("findings.json");
    FindingFile file = new FindingFile(path.toString(), new Log(said));
    file.add("one");
    file.retry();

    Files.move(path, folder.resolve("findings.1"));
    file.add("two");
    file.retry();

    assertThat(folder.resolve("findings.1")).hasContent("one");
    assertThat(path).hasContent("two");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void givenAPipeThatNobodyReads_whenWritten_thenItIsRefusedAtOnce() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    FindingFile file = new FindingFile(pipe.toString(), new Log(said));
    file.add("one");
    file.retry();

    assertThat(said.toString()).contains("not a file");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void givenAFullDisk_whenWritten_thenItIsToldAndKeptForLater() {
    FindingFile file = new FindingFile("/dev/full", new Log(said));
    for (int i = 0; i < 300; i++) {
      file.add("line " + i);
      file.retry();
    }

    assertThat(said.toString()).hasLineCount(2).contains("No space left").contains("are lost");
  }
}
