package dev.unpark.collector.page;

import dev.unpark.collector.incident.EvidenceFile;
import dev.unpark.collector.incident.EvidenceStore;
import dev.unpark.collector.incident.IncidentStore;
import dev.unpark.diagnosis.report.JsonWriter;
import dev.unpark.dumps.RecordingReader;
import dev.unpark.dumps.RefusedInput;
import dev.unpark.dumps.SampledStacks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Flame graphs of recordings that belong to incidents.
 *
 * <p><b>Threading:</b> one at a time; whoever asks meanwhile waits. <b>When full:</b> the few that
 * were asked for last are remembered, a recording is read again for the others.
 */
final class FlameData {
  private static final int REMEMBERED = 8;

  private final Map<String, String> known =
      new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * The tree as JSON: name, samples, children; or an object with "complaint" when the recording
   * cannot be read.
   */
  synchronized String json(EvidenceStore evidence, EvidenceFile file)
      throws IncidentStore.Unavailable, IOException {
    String before = known.get(file.id());
    if (before != null) {
      return before;
    }
    Path spool = Files.createTempFile("unpark-evidence-", ".jfr");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool))) {
        int number = 0;
        for (byte[] piece = evidence.piece(file, number);
            piece.length > 0;
            piece = evidence.piece(file, ++number)) {
          out.write(piece);
        }
      }
      String json = json(file.name(), spool);
      known.put(file.id(), json);
      return json;
    } finally {
      Files.deleteIfExists(spool);
    }
  }

  private static String json(String name, Path recording) throws IOException {
    JsonWriter json = new JsonWriter();
    json.beginObject();
    try {
      SampledStacks samples = RecordingReader.samples(name, recording);
      json.name("leftOut").value(samples.leftOut());
      node(json.name("root"), samples.root());
    } catch (RefusedInput unreadable) {
      json.name("complaint")
          .value("%s; found %s".formatted(unreadable.getMessage(), unreadable.found()));
    }
    return json.endObject().toString();
  }

  private static void node(JsonWriter json, SampledStacks.Node node) {
    json.beginObject();
    json.name("name").value(node.name());
    json.name("samples").value(node.samples());
    if (!node.children().isEmpty()) {
      json.name("children").beginArray();
      node.children().forEach(child -> node(json, child));
      json.endArray();
    }
    json.endObject();
  }
}
