package dev.unpark.cli;

import dev.unpark.diagnosis.report.Complaint;
import dev.unpark.dumps.DumpFile;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the user asked to look at, and what came of it.
 *
 * @param path as the user named it; {@code -} is standard input
 * @param file what it holds, or null when it could not even be opened
 * @param complaint why it is of no use, in whole or in part, or null when all is well
 */
record Input(String path, @Nullable DumpFile file, @Nullable Complaint complaint) {
  Input {
    Objects.requireNonNull(path);
  }

  /** How a sentence calls it. */
  String name() {
    return path.equals("-") ? "standard input" : "'" + path + "'";
  }
}
