package dev.unpark.collector.receive;

import java.util.List;

/**
 * Somebody who may send, and how much.
 *
 * @param name for people and for counts
 * @param tokens any of them, as {@code authorization: Bearer TOKEN}, says that it is this one;
 *     empty when everybody may send
 * @param jvms how many JVMs of its are watched at most
 * @param requestsPerSecond how many requests it sends at most, two seconds' worth at once
 * @param bytesPerSecond how many bytes, as they are on the wire
 */
public record Tenant(
    String name, List<String> tokens, int jvms, long requestsPerSecond, long bytesPerSecond) {
  /** Everybody, and no limit but those of the collector itself. */
  public static final Tenant ANYBODY =
      new Tenant("", List.of(), Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  /** Characters that a token has at least; fewer are soon guessed, none are no secret at all. */
  public static final int LEAST_TOKEN = 8;

  public Tenant {
    tokens = List.copyOf(tokens);
    for (String token : tokens) {
      if (token.length() < LEAST_TOKEN) {
        throw new IllegalArgumentException(
            "token of tenant '%s': found %d characters, expected at least %d"
                .formatted(name, token.length(), LEAST_TOKEN));
      }
    }
    if (jvms < 1 || requestsPerSecond < 1 || bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "tenant '%s': found a limit below 1, expected 1 or more".formatted(name));
    }
  }
}
