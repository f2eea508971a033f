package dev.unpark.cli;

import dev.unpark.diagnosis.known.KnownStacks;
import java.util.Set;

/**
 * Reads the known stacks while the command line is still being understood: two things that take a
 * good part of a start each, and have nothing to do with each other.
 *
 * <p><b>Threading:</b> whoever needs the stacks waits for this thread in their own initialiser.
 */
final class Preloading {
  private static final Set<String> DIAGNOSING =
      Set.of("diagnose", "attach", "compare", "recording");

  private Preloading() {}

  static void start(String[] arguments) {
    if (arguments.length > 0 && DIAGNOSING.contains(arguments[0])) {
      Thread preloader = new Thread(KnownStacks::standard, "unpark-preloads");
      preloader.setDaemon(true);
      preloader.start();
    }
  }
}
