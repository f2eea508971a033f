package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The files that others run the collector with: they name what there is. */
class DeployFilesTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern VARIABLE = Pattern.compile("\\bUNPARK_[A-Z_]+");
  private static final Pattern OPTION = Pattern.compile("(?<= )--[a-z-]+");
  private static final Set<String> INSTRUCTIONS =
      Set.of("FROM", "COPY", "RUN", "USER", "VOLUME", "ENV", "EXPOSE", "ENTRYPOINT");

  private final Set<String> options =
      new TreeSet<>(new CommandLine(new CollectorMain()).getCommandSpec().optionsMap().keySet());

  @Test
  void givenTheFiles_whenTheyNameOptions_thenThereAreSuch() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path file : files()) {
      String text = Files.readString(file);
      VARIABLE
          .matcher(text)
          .results()
          .map(found -> found.group().substring("UNPARK_".length()))
          .forEach(name -> named.add("--" + name.toLowerCase(Locale.ROOT).replace('_', '-')));
      if (file.toString().endsWith(".service")) {
        OPTION.matcher(text).results().forEach(found -> named.add(found.group()));
      }
    }

    assertThat(named).contains("--listen", "--incidents", "--config");
    assertThat(options).containsAll(named);
  }

  @Test
  void givenTheContainerFile_whenReadLineByLine_thenItIsOneAndCopiesWhatIsBuilt()
      throws IOException {
    List<String> lines =
        Files.readString(DOCS.resolve("deploy/Containerfile"))
            .replace("\\\n", " ")
            .lines()
            .toList();
    List<String> found = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        found.add(line.split(" ", 2)[0]);
      }
    }

    assertThat(found).isSubsetOf(INSTRUCTIONS).startsWith("FROM").endsWith("ENTRYPOINT");
    assertThat(lines)
        .anyMatch(line -> line.startsWith("COPY collector/target/unpark-collector.jar "))
        .anyMatch(line -> line.matches("USER [1-9][0-9]*"))
        .contains("EXPOSE 4317 4318 9464");
  }

  @Test
  void givenTheSystemdUnit_whenSystemdVerifiesIt_thenItHasNothingToSay() throws Exception {
    Path tool = Path.of("/usr/bin/systemd-analyze");
    assumeTrue(Files.isExecutable(tool), "systemd is not here");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/java")), "the unit's java is not here");
    Process verify =
        new ProcessBuilder(
                tool.toString(),
                "verify",
                DOCS.resolve("deploy/unpark-collector.service").toRealPath().toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes());

    assertThat(verify.waitFor(30, TimeUnit.SECONDS)).isTrue();
    // Of units of the machine it may complain as well.
    assertThat(said.lines().filter(line -> line.contains("unpark-collector"))).isEmpty();
    assertThat(verify.exitValue()).as(said).isZero();
  }

  @Test
  @SuppressWarnings("unchecked") // YAML has maps where these are looked for
  void givenTheManifestOfTheCollector_whenRead_thenItsPartsFitTogether() throws IOException {
    Map<String, Map<String, Object>> byKind = new java.util.HashMap<>();
    Iterable<Object> documents =
        new Load(LoadSettings.builder().build())
            .loadAllFromString(Files.readString(DOCS.resolve("kubernetes/collector.yaml")));
    StreamSupport.stream(documents.spliterator(), false)
        .map(document -> (Map<String, Object>) document)
        .forEach(document -> byKind.put((String) document.get("kind"), document));
    Object pod = at(byKind.get("Deployment"), "spec", "template", "spec");
    Object container = at(pod, "containers", 0);

    assertThat(at(byKind.get("Service"), "spec", "selector"))
        .isEqualTo(at(byKind.get("Deployment"), "spec", "template", "metadata", "labels"))
        .isEqualTo(at(byKind.get("Deployment"), "spec", "selector", "matchLabels"));
    assertThat(texts(at(byKind.get("Service"), "spec", "ports"), "targetPort"))
        .isEqualTo(texts(at(container, "ports"), "name"));
    assertThat(texts(at(container, "volumeMounts"), "name"))
        .isEqualTo(texts(at(pod, "volumes"), "name"));
    assertThat(at(container, "readinessProbe", "httpGet", "path")).isEqualTo("/readyz");
    assertThat(at(container, "livenessProbe", "httpGet", "path")).isEqualTo("/healthz");
    assertThat(at(pod, "volumes", 0, "persistentVolumeClaim", "claimName"))
        .isEqualTo(at(byKind.get("PersistentVolumeClaim"), "metadata", "name"));
  }

  private static Object at(Object value, Object... path) {
    Object found = value;
    for (Object step : path) {
      found =
          step instanceof Integer place
              ? ((List<?>) found).get(place)
              : ((Map<?, ?>) found).get(step);
    }
    return found;
  }

  private static List<Object> texts(Object list, String key) {
    List<Object> texts = new ArrayList<>();
    ((List<?>) list).forEach(each -> texts.add(((Map<?, ?>) each).get(key)));
    return texts;
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> deploy = Files.list(DOCS.resolve("deploy"));
        Stream<Path> manifests = Files.list(DOCS.resolve("kubernetes"))) {
      return Stream.concat(deploy, manifests).filter(Files::isRegularFile).toList();
    }
  }
}
