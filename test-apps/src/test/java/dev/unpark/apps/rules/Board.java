package dev.unpark.apps.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One of the dashboards, read back as Grafana would. */
public record Board(String title, JsonNode json) {
  private static final Path FOLDER =
      Path.of(System.getProperty("unpark.home", ".."), "grafana-dashboards");

  /** Every dashboard that is committed. */
  public static List<Board> all() throws IOException {
    List<Board> boards = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".json")).sorted().toList()) {
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        boards.add(new Board(json.path("title").asText().replace("Unpark / ", ""), json));
      }
    }
    return boards;
  }

  /** Its panels, rows left out. */
  List<JsonNode> panels() {
    return elements(json.path("panels")).stream()
        .filter(panel -> !panel.path("type").asText().equals("row"))
        .toList();
  }

  /** Everything that it asks, panels and annotations. */
  public List<String> expressions() {
    return json.findValues("expr").stream().map(JsonNode::asText).toList();
  }

  List<JsonNode> variables() {
    return elements(json.path("templating").path("list"));
  }

  static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  @Override
  public String toString() {
    return title;
  }
}
