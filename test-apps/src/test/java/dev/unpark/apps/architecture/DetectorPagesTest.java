package dev.unpark.apps.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.detect.Detector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One detector is one class, one test and one runbook, all of one name. */
class DetectorPagesTest {
  private static final Path ROOT = Path.of(System.getProperty("unpark.home", ".."));
  private static final Path SOURCES =
      ROOT.resolve("diagnosis/src/main/java/dev/unpark/diagnosis/detect");
  private static final Path TESTS =
      ROOT.resolve("diagnosis/src/test/java/dev/unpark/diagnosis/detect");

  static Stream<Detector> detectors() {
    return Detectors.all().stream();
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void givenADetector_whenLookedFor_thenClassTestAndRunbookBearItsName(Detector detector) {
    String className = camelCase(detector.type()) + "Detector";

    assertThat(detector.getClass().getSimpleName()).isEqualTo(className);
    assertThat(TESTS.resolve(className + "Test.java")).isRegularFile();
    assertThat(ROOT.resolve("docs/runbooks/" + detector.type() + ".md"))
        .isRegularFile()
        .content()
        .startsWith("# " + detector.type() + "\n");
  }

  @Test
  void givenADetectorsSource_whenListed_thenItIsOneOfAll() throws Exception {
    List<String> registered =
        detectors().map(detector -> detector.getClass().getSimpleName() + ".java").toList();

    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith("Detector.java") && !name.equals("Detector.java")))
          .containsExactlyInAnyOrderElementsOf(registered);
    }
  }

  private static String camelCase(String type) {
    StringBuilder name = new StringBuilder();
    for (String word : type.split("-")) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return name.toString();
  }
}
