package dev.unpark.apps.fault;

/**
 * The command line of a program with a fault.
 *
 * @param healthy whether the fault is mended in this run
 */
public record Switches(boolean healthy) {
  private static final String HEALTHY = "--healthy";

  /** Reads {@code args}; leaves with status 2 and a message when it does not know one of them. */
  public static Switches of(String... args) {
    boolean healthy = false;
    for (String arg : args) {
      if (!arg.equals(HEALTHY)) {
        System.err.printf(
            "unknown argument '%s'%n  found:    %s%n  expected: nothing, or %s%n  try:      %s%n",
            arg, String.join(" ", args), HEALTHY, HEALTHY);
        System.exit(2);
      }
      healthy = true;
    }
    return new Switches(healthy);
  }
}
