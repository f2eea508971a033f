package dev.unpark.diagnosis.known;

import java.io.IOException;

/** A file of known stacks that cannot be read; the message says where, what and what to try. */
public final class KnownStacksException extends IOException {
  private static final long serialVersionUID = 1L;

  KnownStacksException(String source, int line, String found, String expected) {
    super(
        """
        cannot read '%s': line %d is not a known stack
          found:    %s
          expected: %s
          try:      [idle]
                    com.acme.Worker.awaitJob"""
            .formatted(source, line, found, expected));
  }
}
