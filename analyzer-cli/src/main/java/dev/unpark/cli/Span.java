package dev.unpark.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time span as people write it: {@code 500ms}, {@code 2s}, {@code 1m}. */
final class Span implements ITypeConverter<Duration> {
  private static final long LONGEST = 24L * 60 * 60 * 1000;

  @Override
  public Duration convert(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unit =
        switch (text.substring(digits)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 0;
        };
    if (digits == 0 || digits > 8 || unit == 0) {
      throw new TypeConversionException("'" + text + "' is no time span, as 500ms, 2s or 1m are");
    }
    long millis = Long.parseLong(text.substring(0, digits)) * unit;
    if (millis == 0 || millis > LONGEST) {
      throw new TypeConversionException("'" + text + "' is not between 1ms and 24 hours");
    }
    return Duration.ofMillis(millis);
  }
}
