package dev.unpark.telemetry;

import java.util.Map;

/**
 * How Prometheus spells an OpenTelemetry name, by the rules of the OpenTelemetry specification
 * (underscores, with suffixes for unit and type).
 */
public final class PrometheusName {
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("%", "percent"));

  private PrometheusName() {}

  /** The name of a metric. */
  public static String of(String name, String unit, InstrumentType type) {
    String base = identifier(name);
    String total = "_total";
    boolean counter = type == InstrumentType.COUNTER;
    if (counter && base.endsWith(total)) {
      base = base.substring(0, base.length() - total.length());
    }
    String suffix = unitSuffix(unit, type);
    if (!suffix.isEmpty() && !base.endsWith("_" + suffix) && !base.equals(suffix)) {
      base = base + "_" + suffix;
    }
    return counter ? base + total : base;
  }

  /**
   * The name of a label: that of the attribute, with everything Prometheus does not know as {@code
   * _}.
   */
  public static String label(String attribute) {
    return identifier(attribute).replace(':', '_');
  }

  private static String unitSuffix(String unit, InstrumentType type) {
    String plain = unit.replaceAll("\\{[^}]*\\}", "").trim();
    if (plain.equals("1")) {
      return type == InstrumentType.GAUGE ? "ratio" : "";
    }
    int slash = plain.indexOf('/');
    if (slash < 0) {
      return word(plain);
    }
    String over = word(plain.substring(0, slash));
    String per = word(plain.substring(slash + 1));
    if (per.isEmpty()) {
      return over;
    }
    // "per seconds" is spelt "per_second".
    String one = per.endsWith("s") ? per.substring(0, per.length() - 1) : per;
    return over.isEmpty() ? "per_" + one : over + "_per_" + one;
  }

  private static String word(String unit) {
    String known = UNITS.get(unit);
    if (known != null || unit.isEmpty()) {
      return known == null ? "" : known;
    }
    String word = identifier(unit);
    int from = word.startsWith("_") ? 1 : 0;
    int to = word.endsWith("_") ? word.length() - 1 : word.length();
    return from < to ? word.substring(from, to) : "";
  }

  /** Letters, digits and colons as they are; any run of others as one underscore. */
  private static String identifier(String name) {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == ':';
      if (allowed) {
        out.append(c);
      } else if (out.length() == 0 || out.charAt(out.length() - 1) != '_') {
        out.append('_');
      }
    }
    if (out.length() == 0 || out.charAt(0) >= '0' && out.charAt(0) <= '9') {
      out.insert(0, '_');
    }
    return out.toString();
  }
}
