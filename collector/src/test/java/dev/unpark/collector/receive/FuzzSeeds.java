package dev.unpark.collector.receive;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.unpark.collector.Requests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Requests as senders make them, for a fuzzer to begin with. */
public final class FuzzSeeds {
  private FuzzSeeds() {}

  /**
   * Writes them, a folder for each reader.
   *
   * @param arguments the folder above
   */
  public static void main(String[] arguments) throws IOException {
    for (Map.Entry<String, byte[]> seed : all().entrySet()) {
      Path folder = Files.createDirectories(Path.of(arguments[0]).resolve(seed.getKey()));
      Files.write(folder.resolve("seed"), seed.getValue());
    }
  }

  /** One for each reader. */
  static Map<String, byte[]> all() throws IOException {
    Map<String, byte[]> seeds = new LinkedHashMap<>();
    Map<String, Message> requests = Requests.samples();
    for (Map.Entry<String, Message> request : requests.entrySet()) {
      byte[] protobuf = request.getValue().toByteArray();
      seeds.put("otlp-" + request.getKey(), protobuf);
      seeds.put(
          "otlp-json-" + request.getKey(),
          JsonFormat.printer().print(request.getValue()).getBytes(StandardCharsets.UTF_8));
      seeds.put("otlp-gzip", Requests.gzip(protobuf));
    }
    seeds.put("otlp-frame", Requests.sampleFrame());
    return seeds;
  }
}
