package dev.unpark.agent.export;

import io.opentelemetry.common.ComponentLoader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where telemetry goes, by OpenTelemetry's standard settings.
 *
 * @param base URL of the receiver, without a signal's path
 * @param headers sent with every request
 * @param compression {@code gzip} or {@code none}
 * @param certificate trusted besides the JDK's, PEM, or null
 */
record Destination(
    String base, Map<String, String> headers, String compression, byte @Nullable [] certificate) {

  /** Reads the settings; what cannot be honoured is told. */
  static Destination read(
      String endpoint,
      Properties properties,
      Map<String, String> environment,
      Consumer<String> complain) {
    Settings settings = new Settings(properties, environment);
    String protocol = settings.get("otel.exporter.otlp.protocol", "http/protobuf");
    if (!protocol.equals("http/protobuf")) {
      complain.accept(
          "OTEL_EXPORTER_OTLP_PROTOCOL=%s is not spoken by this agent; http/protobuf is used"
              .formatted(protocol));
    }
    String compression = settings.get("otel.exporter.otlp.compression", "gzip");
    return new Destination(
        endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint,
        headers(settings.get("otel.exporter.otlp.headers", "")),
        compression.equals("none") ? "none" : "gzip",
        certificate(settings.get("otel.exporter.otlp.certificate", ""), complain));
  }

  /** System property first, then the environment variable of the same name. */
  private record Settings(Properties properties, Map<String, String> environment) {
    String get(String property, String initial) {
      String variable = property.toUpperCase(Locale.ROOT).replace('.', '_');
      String value = properties.getProperty(property, environment.get(variable));
      return value == null || value.isBlank() ? initial : value.strip();
    }
  }

  private static Map<String, String> headers(String list) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String pair : list.split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        headers.put(pair.substring(0, equals).strip(), decoded(pair.substring(equals + 1).strip()));
      }
    }
    return headers;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return value;
    }
  }

  private static byte @Nullable [] certificate(String path, Consumer<String> complain) {
    if (path.isEmpty()) {
      return null;
    }
    try (InputStream in = new FileInputStream(path)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      complain.accept(
          "cannot read OTEL_EXPORTER_OTLP_CERTIFICATE '%s' (%s); expected a PEM file; the JDK's own"
                  .formatted(path, unreadable.getMessage())
              + " certificates are used");
      return null;
    }
  }

  String logs() {
    return base + "/v1/logs";
  }

  String metrics() {
    return base + "/v1/metrics";
  }

  /** Providers are looked up in the agent's own loader, never in the thread's. */
  ComponentLoader components() {
    return ComponentLoader.forClassLoader(Destination.class.getClassLoader());
  }
}
