package dev.unpark.apps.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the house, and which may know of which. */
class ImportDirectionsTest {
  private static final Path ROOT = Path.of(System.getProperty("unpark.home", ".."));
  private static final List<String> MODULES =
      List.of(
          "diagnosis",
          "thread-dumps",
          "telemetry",
          "agent",
          "collector",
          "analyzer-cli",
          "test-apps",
          "benchmarks");
  private static JavaClasses ours;

  @BeforeAll
  static void importClasses() {
    List<Path> compiled =
        MODULES.stream()
            .map(module -> ROOT.resolve(module).resolve("target/classes"))
            .filter(Files::isDirectory)
            .toList();
    ours =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPaths(compiled);
  }

  static Stream<Arguments> rooms() {
    return Stream.of(
        room("diagnosis"),
        room("dumps", "diagnosis"),
        room("telemetry", "diagnosis"),
        room("agent", "telemetry", "diagnosis"),
        room("collector", "dumps", "telemetry", "diagnosis"),
        room("cli", "dumps", "diagnosis"),
        room("apps"));
  }

  private static Arguments room(String name, String... mayKnow) {
    return Arguments.of(name, List.of(mayKnow));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void givenARoom_whenItImportsOurs_thenOnlyFromThoseBelow(String room, List<String> mayKnow) {
    String[] allowed =
        Stream.concat(Stream.of(room), mayKnow.stream())
            .map(name -> "dev.unpark." + name + "..")
            .toArray(String[]::new);

    classes()
        .that()
        .resideInAPackage("dev.unpark." + room + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(allowed).or(resideInAPackage("dev.unpark..").negate()))
        .allowEmptyShould(true)
        .check(ours);
  }

  @Test
  void givenTheDiagnosis_whenCompiled_thenNeedsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("dev.unpark.diagnosis..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.unpark.diagnosis..", "java..", "org.jspecify..")
        .check(ours);
  }

  /** These classes are visible to every class of the host: they bring nobody else along. */
  @Test
  void givenTheAgentsBootstrapPart_whenCompiled_thenNeedsNothingButJavaBase() {
    classes()
        .that()
        .resideInAPackage("dev.unpark.agent.bootstrap..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.unpark.agent.bootstrap..",
            "java.lang..",
            "java.util..",
            "java.time..",
            "org.jspecify..")
        .allowEmptyShould(true)
        .check(ours);
  }

  @Test
  void givenAllPackages_whenFollowed_thenNoneComesRoundToItself() {
    slices().matching("dev.unpark.(**)").should().beFreeOfCycles().check(ours);
  }

  @Test
  void givenTheModules_whenImported_thenEachOneIsLookedAt() {
    Set<String> rooms =
        ours.stream()
            .map(type -> type.getPackageName().split("\\.")[2])
            .collect(Collectors.toSet());

    assertThat(rooms)
        .contains("diagnosis", "dumps", "telemetry", "agent", "collector", "cli", "apps");
  }
}
