package dev.unpark.collector.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing found once stays mended; {@code scripts/fuzz} looks for more. */
class FuzzRegressionTest {
  private static final Path KEPT = Path.of("src/test/resources/dev/unpark/collector/fuzz");

  static Stream<String> readers() {
    return FuzzTarget.READERS.stream();
  }

  @Test
  void givenEveryReader_whenFuzzingBegins_thenItHasARequestToBeginWith() throws IOException {
    assertThat(FuzzSeeds.all().keySet()).containsExactlyInAnyOrderElementsOf(FuzzTarget.READERS);
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
  void givenDamagedRequests_whenRead_thenEachIsAnswered(String reader) throws IOException {
    byte[] good = FuzzSeeds.all().get(reader);
    FuzzTarget.read(reader, good);
    Random random = new Random(reader.hashCode());
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = good.clone();
      for (int flips = random.nextInt(8); flips >= 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      FuzzTarget.read(reader, damaged);
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
