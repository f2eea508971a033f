package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The OpenAPI description of the API, and the schemas that it refers to, as the jar has them. */
public final class Description {
  private static final Map<String, MediaType> PARTS =
      Map.of(
          "openapi.yaml", MediaType.create("application", "yaml"),
          "finding.schema.json", MediaType.JSON,
          "report.schema.json", MediaType.JSON);

  private Description() {}

  /** Adds it to a server. */
  public static void addTo(ServerBuilder server) {
    PARTS.forEach(
        (name, type) ->
            server.service(
                "/api/" + name,
                Queries.get(context -> Answers.answer(HttpStatus.OK, type, text(name)))));
  }

  private static String text(String name) {
    try (InputStream in = Description.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException torn) {
      throw new UncheckedIOException(torn);
    }
  }
}
