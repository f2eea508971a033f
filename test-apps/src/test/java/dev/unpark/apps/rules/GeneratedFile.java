package dev.unpark.apps.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A committed file that is made from code, and never edited by hand. A test holds the one against
 * the other; {@code scripts/generate} runs the same test with a switch on which it writes.
 */
final class GeneratedFile {
  private static final Path ROOT = Path.of(System.getProperty("unpark.home", ".."));
  private static final boolean WRITE = Boolean.getBoolean("unpark.generate");

  private GeneratedFile() {}

  /** Fails when the file has other contents; writes them when told to. */
  static void assertFresh(String path, String contents) throws IOException {
    Path file = ROOT.resolve(path);
    if (WRITE) {
      Files.writeString(file, contents);
    }
    assertThat(file).as("%s is stale; try: scripts/generate", path).isRegularFile();
    assertThat(Files.readString(file))
        .as("%s is stale; try: scripts/generate", path)
        .isEqualTo(contents);
  }
}
