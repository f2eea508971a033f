package dev.unpark.agent.core;

import dev.unpark.diagnosis.model.JvmIdentity;
import java.io.File;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who this JVM is, by OpenTelemetry's standard settings.
 *
 * @param jvm as findings name it
 * @param attributes {@code OTEL_RESOURCE_ATTRIBUTES}
 */
record Identity(JvmIdentity jvm, Map<String, String> attributes) {

  private static final Pattern JAR = Pattern.compile("^.*?\\.jar(?=\\s|$)");

  static Identity read(Properties properties, Map<String, String> environment) {
    Map<String, String> attributes =
        parse(setting("otel.resource.attributes", properties, environment));
    String service = setting("otel.service.name", properties, environment);
    if (service == null || service.isBlank()) {
      service = attributes.get("service.name");
    }
    if (service == null || service.isBlank()) {
      service = mainClass(properties);
    }
    String instance = attributes.get("service.instance.id");
    if (instance == null || instance.isBlank()) {
      instance = instance();
    }
    return new Identity(
        new JvmIdentity(
            service,
            instance,
            ProcessHandle.current().pid(),
            properties.getProperty("java.version", "")),
        attributes);
  }

  /*
   * Unlike any other, but not a secret: UUID.randomUUID() would have the JVM settle its security
   * providers and its source of randomness, which are the application's to choose.
   */
  private static String instance() {
    SplittableRandom random =
        new SplittableRandom(
            System.nanoTime()
                ^ System.currentTimeMillis() << 20
                ^ ProcessHandle.current().pid() << 40
                ^ System.identityHashCode(new Object()));
    long most = random.nextLong() & ~0xF000L | 0x4000L;
    long least = random.nextLong() & ~(3L << 62) | 1L << 63;
    return new UUID(most, least).toString();
  }

  private static @Nullable String setting(
      String property, Properties properties, Map<String, String> environment) {
    String value = properties.getProperty(property);
    return value != null
        ? value
        : environment.get(property.toUpperCase(java.util.Locale.ROOT).replace('.', '_'));
  }

  /** {@code key=value,key=value}, percent-encoded; what does not fit is left out. */
  private static Map<String, String> parse(@Nullable String list) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String pair : list == null ? new String[0] : list.split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        attributes.put(
            pair.substring(0, equals).strip(), decoded(pair.substring(equals + 1).strip()));
      }
    }
    return attributes;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return value;
    }
  }

  /** The name of the main class or jar, without package, folder and arguments. */
  private static String mainClass(Properties properties) {
    String command = properties.getProperty("sun.java.command", "").strip();
    // A jar's path may contain blanks, the name of a class may not.
    Matcher jar = JAR.matcher(command);
    String main =
        jar.find() && new File(jar.group()).isFile() ? jar.group() : command.split("\\s+", 2)[0];
    String name = main.substring(Math.max(main.lastIndexOf('/'), main.lastIndexOf('\\')) + 1);
    if (name.endsWith(".jar")) {
      name = name.substring(0, name.length() - ".jar".length());
    } else {
      name = name.substring(name.lastIndexOf('.') + 1);
    }
    return name.isEmpty() ? "unknown_service:java" : name;
  }
}
