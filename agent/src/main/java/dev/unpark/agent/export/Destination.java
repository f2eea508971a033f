package dev.unpark.agent.export;

import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import dev.unpark.agent.transport.Target;
import dev.unpark.agent.transport.Tls;
import dev.unpark.agent.transport.Transport;
import dev.unpark.agent.transport.Transports;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where telemetry goes: our own options, and OpenTelemetry's standard settings for the rest. */
final class Destination {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Options options;
  private final Properties properties;
  private final Map<String, String> environment;
  private final Consumer<String> complain;

  /**
   * @param complain is told what cannot be honoured
   */
  Destination(
      Options options,
      Properties properties,
      Map<String, String> environment,
      Consumer<String> complain) {
    this.options = options;
    this.properties = properties;
    this.environment = environment;
    this.complain = complain;
  }

  /** The way there. */
  Transport transport() {
    Target target = target();
    return options.text(Option.PROTOCOL).equals("grpc")
        ? Transports.grpc(target)
        : Transports.http(target);
  }

  /**
   * Whether going there makes the JVM decide on something that the application may still want to
   * set: how long addresses are kept, and how certificates are checked.
   */
  boolean settlesGlobals() {
    URI base = base();
    return base.getHost() == null
        || !base.getHost().matches("[0-9.]+|\\[.*]")
        || "https".equals(base.getScheme());
  }

  private URI base() {
    return URI.create(options.text(Option.ENDPOINT));
  }

  private Target target() {
    String proxy = options.text(Option.PROXY);
    return new Target(
        base(),
        headers(),
        !setting("compression", "gzip").equals("none"),
        new Tls(file("certificate"), file("client.certificate"), file("client.key")),
        proxy.isEmpty() ? null : URI.create(proxy),
        timeout());
  }

  /** System property first, then the environment variable of the same name. */
  private String setting(String name, String initial) {
    String property = "otel.exporter.otlp." + name;
    String variable = property.toUpperCase(Locale.ROOT).replace('.', '_');
    String value = properties.getProperty(property, environment.get(variable));
    return value == null || value.isBlank() ? initial : value.strip();
  }

  private Duration timeout() {
    String millis = setting("timeout", "");
    if (millis.isEmpty()) {
      return TIMEOUT;
    }
    if (millis.matches("[1-9]\\d{0,5}")) {
      return Duration.ofMillis(Long.parseLong(millis));
    }
    complain.accept(
        "OTEL_EXPORTER_OTLP_TIMEOUT cannot be '%s'; expected milliseconds; %d is used"
            .formatted(millis, TIMEOUT.toMillis()));
    return TIMEOUT;
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String pair : setting("headers", "").split(",")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : pair.substring(0, equals).strip();
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1).strip());
      if (name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") && value.matches("[^\\p{Cntrl}]*")) {
        headers.put(name, value);
      } else if (!pair.isBlank()) {
        // Not what it says: it may be a secret.
        complain.accept(
            "OTEL_EXPORTER_OTLP_HEADERS: one entry is no header and is left out; expected"
                + " NAME=VALUE,NAME=VALUE");
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

  private byte @Nullable [] file(String name) {
    String path = setting(name, "");
    if (path.isEmpty()) {
      return null;
    }
    try (InputStream in = new FileInputStream(path)) {
      return in.readAllBytes();
    } catch (IOException unreadable) {
      complain.accept(
          "cannot read OTEL_EXPORTER_OTLP_%s '%s' (%s); expected a PEM file; it is left out"
              .formatted(
                  name.toUpperCase(Locale.ROOT).replace('.', '_'), path, unreadable.getMessage()));
      return null;
    }
  }
}
