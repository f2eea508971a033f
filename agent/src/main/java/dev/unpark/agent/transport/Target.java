package dev.unpark.agent.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where to send, and how.
 *
 * @param base URL of the receiver, without a signal's path
 * @param headers sent with every request
 * @param gzip whether requests are compressed
 * @param tls how to secure the connection; used with {@code https} only
 * @param proxy an HTTP proxy, or null
 * @param timeout for one request, from connecting to the end of the answer
 */
public record Target(
    URI base,
    Map<String, String> headers,
    boolean gzip,
    Tls tls,
    @Nullable URI proxy,
    Duration timeout) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  public Target {
    headers = Map.copyOf(headers);
    if (base.getHost() == null) {
      throw new IllegalArgumentException("no host in '" + base + "'");
    }
  }

  boolean secure() {
    return "https".equalsIgnoreCase(base.getScheme());
  }

  String host() {
    return base.getHost();
  }

  int port() {
    return base.getPort() >= 0 ? base.getPort() : secure() ? HTTPS_PORT : HTTP_PORT;
  }

  /** Host and port, as requests name them. */
  String authority() {
    return base.getPort() >= 0 ? host() + ":" + base.getPort() : host();
  }

  /** Path of the base URL without a slash at its end. */
  String prefix() {
    String path = base.getRawPath() == null ? "" : base.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  byte[] packed(byte[] message) throws IOException {
    if (!gzip) {
      return message;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(message.length / 4 + 64);
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(message);
    }
    return out.toByteArray();
  }
}
