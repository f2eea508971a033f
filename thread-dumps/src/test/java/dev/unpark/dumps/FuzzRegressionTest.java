package dev.unpark.dumps;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing found once stays mended; {@code scripts/fuzz} looks for more. */
class FuzzRegressionTest {
  private static final Path KEPT = Path.of("src/test/resources/dev/unpark/dumps/fuzz");

  static Stream<String> readers() {
    return FuzzTarget.READERS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("readers")
  void givenInputsThatOnceFailed_whenRead_thenAllAreAnswered(String reader) throws IOException {
    for (Path file : kept(reader)) {
      byte[] input = Files.readAllBytes(file);
      assertTimeoutPreemptively(
          Duration.ofSeconds(10), () -> FuzzTarget.read(reader, input), file::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void givenNoise_whenRead_thenIsAnswered(String reader) {
    Random random = new Random(reader.hashCode());
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      FuzzTarget.read(reader, noise);
    }
  }

  private static List<Path> kept(String reader) throws IOException {
    Path directory = KEPT.resolve(reader);
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        entries.sorted().forEach(files::add);
      }
    }
    return files;
  }
}
