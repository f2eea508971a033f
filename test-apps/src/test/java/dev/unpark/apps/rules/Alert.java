package dev.unpark.apps.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One alert, or one recording rule, as it stands in {@code alert-rules}.
 *
 * @param name of the alert, or of the series that is recorded
 * @param recorded whether it records, and alerts nobody
 */
public record Alert(
    String name,
    boolean recorded,
    String expression,
    Map<String, String> labels,
    Map<String, String> annotations) {
  private static final Path FOLDER =
      Path.of(System.getProperty("unpark.home", ".."), "alert-rules");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Every alert that is shipped. */
  static List<Alert> all() throws IOException {
    return rules().stream().filter(rule -> !rule.recorded()).toList();
  }

  /** Every alert and every recording rule. */
  public static List<Alert> rules() throws IOException {
    List<Alert> rules = new ArrayList<>();
    for (Path file : files("", ".rules.yml")) {
      for (JsonNode group : yaml(file).path("groups")) {
        for (JsonNode rule : group.path("rules")) {
          boolean recorded = rule.has("record");
          rules.add(
              new Alert(
                  rule.path(recorded ? "record" : "alert").asText(),
                  recorded,
                  rule.path("expr").asText(),
                  strings(rule.path("labels")),
                  strings(rule.path("annotations"))));
        }
      }
    }
    return rules;
  }

  /** What it looks at, whether or not that is bad: comparisons and exceptions are left out. */
  public String operands() {
    return expression
        .replaceAll("(?:[<>]=?|==) *[0-9.]+(?: \\* [0-9.]+)?", "")
        .replaceAll("\\bunless\\b", "or");
  }

  /** Files of a folder within that of the rules. */
  static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new TreeMap<>();
    object.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
    return strings;
  }
}
