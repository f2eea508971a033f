package dev.unpark.agent.option;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options as the user set them.
 *
 * <p>A value that makes no sense is reported in {@link #complaints} and the default stands.
 */
public final class Options {
  private static final Pattern DURATION = Pattern.compile("(?<count>\\d{1,9})(?<unit>ms|s|m|)");

  /*
   * Others may own system properties that begin with our name (test harnesses do), so only the
   * agent's own arguments are searched for misspelt keys without mercy; of the properties, those
   * that look like an option.
   */
  private static final String FOREIGN = "unpark.test.";

  private final Map<Option, String> values = new EnumMap<>(Option.class);
  private final List<String> complaints = new ArrayList<>();

  private Options() {}

  /**
   * Reads the options.
   *
   * @param arguments {@code key=value,key=value}, as the JVM hands them to the agent
   */
  public static Options read(
      String arguments, Properties properties, Map<String, String> environment) {
    Options options = new Options();
    for (Option option : Option.values()) {
      String set = environment.get(option.variable());
      String property = properties.getProperty(option.property());
      String value = property != null ? property : set;
      options.values.put(option, value == null ? option.initial() : value.strip());
    }
    options.standard(Option.ENDPOINT, "otel.exporter.otlp.endpoint", properties, environment);
    options.standard(Option.PROTOCOL, "otel.exporter.otlp.protocol", properties, environment);
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith("unpark.") && !name.startsWith(FOREIGN)) {
        options.known(name.substring("unpark.".length()), "system property '" + name + "'");
      }
    }
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith("UNPARK_")) {
        options.misspelt(name);
      }
    }
    options.readArguments(arguments);
    options.check();
    return options;
  }

  /** OpenTelemetry's own setting stands where none of ours does. */
  private void standard(
      Option option, String property, Properties properties, Map<String, String> environment) {
    if (text(option).equals(option.initial())) {
      String variable = property.toUpperCase(Locale.ROOT).replace('.', '_');
      String value = properties.getProperty(property, environment.get(variable));
      if (value != null && !value.isBlank()) {
        values.put(option, value.strip());
      }
    }
  }

  /*
   * An environment is shared by many (an orchestrator names the addresses of a service called
   * "unpark" there), so only what is very like an option is held to be one.
   */
  private void misspelt(String variable) {
    for (Option option : Option.values()) {
      int distance = EditDistance.between(option.variable(), variable);
      if (distance == 0) {
        return;
      }
      if (distance <= 2) {
        complaints.add(
            "unknown environment variable '%s' is ignored; nearest known option: %s"
                .formatted(variable, option.variable()));
        return;
      }
    }
  }

  private void readArguments(String arguments) {
    for (String argument : arguments.split(",", -1)) {
      if (argument.isBlank()) {
        continue;
      }
      int equals = argument.indexOf('=');
      String key = (equals < 0 ? argument : argument.substring(0, equals)).strip();
      Option option = known(key, "option '" + key + "'");
      if (option == null) {
        continue;
      }
      if (equals < 0) {
        complaints.add(
            "option '%s' has no value; expected %s=VALUE; the default stands".formatted(key, key));
      } else {
        values.put(option, argument.substring(equals + 1).strip());
      }
    }
  }

  private @Nullable Option known(String key, String where) {
    Option nearest = Option.ENABLED;
    int distance = Integer.MAX_VALUE;
    for (Option option : Option.values()) {
      if (option.key().equals(key)) {
        return option;
      }
      int candidate = EditDistance.between(option.key(), key);
      if (candidate < distance) {
        distance = candidate;
        nearest = option;
      }
    }
    complaints.add(
        "unknown %s is ignored; nearest known option: %s".formatted(where, nearest.key()));
    return null;
  }

  private void check() {
    oneOf(Option.ENABLED, "true", "false");
    oneOf(Option.JFR, "true", "false");
    oneOf(Option.HOOKS, "true", "false");
    oneOf(Option.TASKS, "true", "false");
    oneOf(Option.PERMITS, "true", "false");
    oneOf(Option.FINDINGS_LOG, "stderr", "off");
    oneOf(Option.LIBRARIES, "on", "off");
    duration(Option.SAMPLING_INTERVAL, Duration.ofMillis(50), Duration.ofMinutes(1));
    duration(Option.METRICS_INTERVAL, Duration.ofMillis(100), Duration.ofMinutes(10));
    try {
      double share = Double.parseDouble(text(Option.CPU_BUDGET));
      if (!(share > 0 && share <= 1)) {
        refuse(Option.CPU_BUDGET, "a share of one core above 0, at most 1");
      }
    } catch (NumberFormatException notANumber) {
      refuse(Option.CPU_BUDGET, "a share of one core above 0, at most 1");
    }
    String port = text(Option.PROMETHEUS_PORT);
    if (!port.matches("\\d{0,5}") || (!port.isEmpty() && Integer.parseInt(port) > 0xFFFF)) {
      refuse(Option.PROMETHEUS_PORT, "a port, 1 to 65535, or 0 for any that is free");
    }
    oneOf(Option.PROTOCOL, "http/protobuf", "grpc");
    url(Option.ENDPOINT, "http://HOST:PORT or https://HOST:PORT", "http", "https");
    url(Option.PROXY, "http://HOST:PORT or http://USER:PASSWORD@HOST:PORT", "http");
  }

  private void oneOf(Option option, String... allowed) {
    for (String value : allowed) {
      if (value.equalsIgnoreCase(text(option))) {
        values.put(option, value);
        return;
      }
    }
    refuse(option, String.join(" or ", allowed));
  }

  private void url(Option option, String expected, String... schemes) {
    if (text(option).isEmpty()) {
      return;
    }
    try {
      URI url = new URI(text(option));
      boolean reachable = url.getHost() != null && url.getPort() <= 0xFFFF && url.getPort() != 0;
      if (!reachable || !List.of(schemes).contains(url.getScheme())) {
        refuse(option, expected);
      }
    } catch (URISyntaxException malformed) {
      refuse(option, expected);
    }
  }

  private void duration(Option option, Duration least, Duration most) {
    Duration found = parse(text(option));
    if (found == null || found.compareTo(least) < 0 || found.compareTo(most) > 0) {
      refuse(
          option,
          "a time of %d ms to %d s, such as %s"
              .formatted(least.toMillis(), most.toSeconds(), option.initial()));
    }
  }

  private void refuse(Option option, String expected) {
    complaints.add(
        "option '%s' cannot be '%s'; expected %s; '%s' is used"
            .formatted(option.key(), shown(option), expected, option.initial()));
    values.put(option, option.initial());
  }

  private static @Nullable Duration parse(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long count = Long.parseLong(matcher.group("count"));
    return switch (matcher.group("unit")) {
      case "m" -> Duration.ofMinutes(count);
      case "s" -> Duration.ofSeconds(count);
      default -> Duration.ofMillis(count);
    };
  }

  /** What was wrong with the user's settings, one line each; the defaults stand in their place. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** The value as text; empty where that is the default. */
  public String text(Option option) {
    return values.getOrDefault(option, option.initial());
  }

  /** The value as it may be shown to anybody: without a password. */
  public String shown(Option option) {
    return text(option).replaceFirst("//[^/@]*@", "//***@");
  }

  /** Whether an option is {@code true}. */
  public boolean on(Option option) {
    return text(option).equals("true");
  }

  /** The value of an option that is a time. */
  public Duration duration(Option option) {
    Duration value = parse(text(option));
    if (value == null) {
      throw new IllegalArgumentException("option '%s' is no time".formatted(option.key()));
    }
    return value;
  }

  /** The value of an option that is a number. */
  public double number(Option option) {
    return Double.parseDouble(text(option));
  }
}
