package dev.unpark.collector;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 250ms}, or the ISO form {@code PT5M}. */
final class DurationOption implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    String plain = text.trim().toLowerCase(Locale.ROOT);
    try {
      if (plain.endsWith("ms")) {
        return Duration.ofMillis(Long.parseLong(plain.substring(0, plain.length() - 2)));
      }
      return Duration.parse(plain.startsWith("p") ? plain : "pt" + plain);
    } catch (DateTimeParseException | NumberFormatException unreadable) {
      throw new TypeConversionException("found '" + text + "', expected a time such as 90s or 5m");
    }
  }
}
