package dev.unpark.collector;

import dev.unpark.collector.publish.Forwarder;
import dev.unpark.collector.receive.Tenant;
import dev.unpark.collector.series.Signal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The configuration file: every long option by its name, and lists of what an option cannot say.
 *
 * <pre>
 *   listen: 0.0.0.0
 *   max-jvms: 3000
 *   tenants:
 *     - {name: shop, tokens: [a-long-secret], jvms: 200, requests-per-second: 500}
 *   exports:
 *     - {endpoint: "https://otlp.example.com", headers: {api-key: another-secret}, signals: [logs]}
 *   forward:
 *     - {endpoint: "http://otel:4318", signals: [traces, metrics]}
 * </pre>
 *
 * <p>Whatever is wrong is told with its line.
 */
final class ConfigFile {
  private static final long MOST_BYTES = 1 << 20;
  private static final Set<String> LISTS = Set.of("tenants", "exports", "forward");

  private final Path path;
  private final Map<String, Entry> options = new LinkedHashMap<>();
  private final List<Tenant> tenants = new ArrayList<>();
  private final List<CollectorSettings.Export> exports = new ArrayList<>();
  private final List<Forwarder.To> forwards = new ArrayList<>();

  /**
   * The value of an option.
   *
   * @param text as on the command line; several separated by commas
   */
  record Entry(String text, int line) {}

  /** The file, or a part of it, cannot be used. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message);
    }
  }

  private ConfigFile(Path path) {
    this.path = path;
  }

  /**
   * @param known the long options that there are, without dashes
   */
  static ConfigFile read(Path path, Set<String> known) throws Wrong {
    ConfigFile file = new ConfigFile(path);
    file.readAll(file.root(), known);
    return file;
  }

  private @Nullable Node root() throws Wrong {
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new Wrong(path + ": found more than a megabyte, expected a configuration");
      }
      LoadSettings settings = LoadSettings.builder().setLabel(path.toString()).build();
      return new Compose(settings).composeString(Files.readString(path)).orElse(null);
    } catch (MarkedYamlEngineException malformed) {
      int line = malformed.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new Wrong("%s:%d: %s".formatted(path, line, malformed.getProblem()));
    } catch (YamlEngineException malformed) {
      throw new Wrong(path + ": " + malformed.getMessage());
    } catch (IOException unreadable) {
      throw new Wrong("%s: cannot be read: %s".formatted(path, unreadable));
    }
  }

  private void readAll(@Nullable Node root, Set<String> known) throws Wrong {
    if (root == null) {
      return;
    }
    Set<String> all = new java.util.TreeSet<>(known);
    all.addAll(LISTS);
    Map<String, Node> fields = fields(root, all);
    for (Map.Entry<String, Node> field : fields.entrySet()) {
      switch (field.getKey()) {
        case "tenants" -> {
          for (Node each : list(field.getValue())) {
            tenants.add(tenant(each));
          }
        }
        case "exports" -> {
          for (Node each : list(field.getValue())) {
            exports.add(export(each));
          }
        }
        case "forward" -> {
          for (Node each : list(field.getValue())) {
            forwards.add(forward(each));
          }
        }
        default ->
            options.put(
                field.getKey(),
                new Entry(String.join(",", texts(field.getValue())), line(field.getValue())));
      }
    }
  }

  private Tenant tenant(Node node) throws Wrong {
    Map<String, Node> fields =
        fields(node, Set.of("name", "tokens", "jvms", "requests-per-second", "bytes-per-second"));
    return built(
        node,
        () ->
            new Tenant(
                text(node, fields, "name"),
                texts(required(node, fields, "tokens")),
                (int) Math.min(Integer.MAX_VALUE, number(fields, "jvms")),
                number(fields, "requests-per-second"),
                number(fields, "bytes-per-second")));
  }

  private CollectorSettings.Export export(Node node) throws Wrong {
    Map<String, Node> fields = fields(node, Set.of("endpoint", "headers", "signals"));
    Set<Signal> signals = signals(fields.get("signals"), CollectorSettings.Export.SIGNALS);
    return built(
        node,
        () ->
            new CollectorSettings.Export(
                URI.create(text(node, fields, "endpoint")),
                headers(fields.get("headers")),
                signals));
  }

  private Forwarder.To forward(Node node) throws Wrong {
    Map<String, Node> fields = fields(node, Set.of("endpoint", "headers", "signals", "patience"));
    Set<Signal> signals = signals(fields.get("signals"), EnumSet.allOf(Signal.class));
    Duration patience = Duration.ofSeconds(number(fields, "patience", 300));
    return built(
        node,
        () ->
            new Forwarder.To(
                URI.create(text(node, fields, "endpoint")),
                headers(fields.get("headers")),
                signals,
                patience));
  }

  /** Those that are chosen; all there are when none is. */
  private Set<Signal> signals(@Nullable Node chosen, Set<Signal> all) throws Wrong {
    if (chosen == null) {
      return all;
    }
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (String name : texts(chosen)) {
      signals.add(signal(chosen, name));
    }
    return signals;
  }

  private Signal signal(Node node, String name) throws Wrong {
    for (Signal signal : Signal.values()) {
      if (signal.label().equals(name)) {
        return signal;
      }
    }
    throw wrong(node, "signal: found '%s', expected logs, metrics or traces".formatted(name));
  }

  private Map<String, String> headers(@Nullable Node node) throws Wrong {
    Map<String, String> headers = new LinkedHashMap<>();
    if (node != null) {
      for (Map.Entry<String, Node> field : fields(node, null).entrySet()) {
        headers.put(field.getKey(), text(field.getValue()));
      }
    }
    return headers;
  }

  private interface Building<T> {
    T build() throws Wrong;
  }

  private <T> T built(Node node, Building<T> building) throws Wrong {
    try {
      return building.build();
    } catch (IllegalArgumentException unfit) {
      throw wrong(node, String.valueOf(unfit.getMessage()));
    }
  }

  /**
   * @param known the keys that there are; null when any may be
   */
  private Map<String, Node> fields(Node node, @Nullable Set<String> known) throws Wrong {
    if (!(node instanceof MappingNode mapping)) {
      throw wrong(node, "found a list or a single value, expected keys with values");
    }
    Map<String, Node> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = text(tuple.getKeyNode());
      if (known != null && !known.contains(key)) {
        throw wrong(
            tuple.getKeyNode(),
            "found '%s', expected one of %s".formatted(key, String.join(", ", known)));
      }
      if (fields.put(key, tuple.getValueNode()) != null) {
        throw wrong(tuple.getKeyNode(), "found '%s' twice, expected it once".formatted(key));
      }
    }
    return fields;
  }

  private List<Node> list(Node node) throws Wrong {
    if (!(node instanceof SequenceNode sequence)) {
      throw wrong(node, "found something else, expected a list, each element after a dash");
    }
    return sequence.getValue();
  }

  private List<String> texts(Node node) throws Wrong {
    if (!(node instanceof SequenceNode sequence)) {
      return List.of(text(node));
    }
    List<String> texts = new ArrayList<>();
    for (Node each : sequence.getValue()) {
      texts.add(text(each));
    }
    return texts;
  }

  private String text(Node node) throws Wrong {
    if (!(node instanceof ScalarNode scalar)) {
      throw wrong(node, "found a list or keys, expected a single value");
    }
    return scalar.getValue();
  }

  private Node required(Node around, Map<String, Node> fields, String key) throws Wrong {
    Node node = fields.get(key);
    if (node == null) {
      throw wrong(around, "'%s' is missing".formatted(key));
    }
    return node;
  }

  private String text(Node around, Map<String, Node> fields, String key) throws Wrong {
    return text(required(around, fields, key));
  }

  private long number(Map<String, Node> fields, String key) throws Wrong {
    return number(fields, key, Long.MAX_VALUE / 4);
  }

  private long number(Map<String, Node> fields, String key, long otherwise) throws Wrong {
    Node node = fields.get(key);
    if (node == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(text(node));
    } catch (NumberFormatException none) {
      throw wrong(node, "%s: found '%s', expected a whole number".formatted(key, text(node)));
    }
  }

  private Wrong wrong(Node node, String why) {
    return new Wrong("%s:%d: %s".formatted(path, line(node), why));
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  /** The value of a long option, named without dashes; null when the file does not say. */
  @Nullable Entry option(String name) {
    return options.get(name);
  }

  /** Where a complaint's option stands, as {@code FILE:LINE: } before it; nothing when unknown. */
  String place(String complaint) {
    for (Map.Entry<String, Entry> option : options.entrySet()) {
      if (complaint.contains(option.getKey())) {
        return "%s:%d: ".formatted(path, option.getValue().line());
      }
    }
    return "";
  }

  List<Tenant> tenants() {
    return tenants;
  }

  List<CollectorSettings.Export> exports() {
    return exports;
  }

  List<Forwarder.To> forwards() {
    return forwards;
  }
}
