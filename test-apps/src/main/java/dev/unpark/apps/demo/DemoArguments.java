package dev.unpark.apps.demo;

import dev.unpark.apps.Scenario;

/**
 * What the demo was asked for.
 *
 * @param scenario which program to show
 * @param exit whether to leave after the diagnosis instead of waiting for Ctrl-C
 * @param action what to do at all
 */
record DemoArguments(Scenario scenario, boolean exit, Action action) {
  /** What to do. */
  enum Action {
    RUN,
    LIST,
    HELP
  }

  /** Thrown at a command line that cannot be understood; the message is for people. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  static DemoArguments parse(String... args) throws Unusable {
    Scenario scenario = null;
    boolean exit = false;
    Action action = Action.RUN;
    for (String arg : args) {
      switch (arg) {
        case "--exit" -> exit = true;
        case "--list" -> action = Action.LIST;
        case "--help", "-h" -> action = Action.HELP;
        default -> {
          if (scenario != null) {
            throw new Unusable(
                """
                more than one scenario
                  found:    %s %s
                  expected: one name
                  try:      unpark demo %s"""
                    .formatted(scenario.label(), arg, scenario.label()));
          }
          scenario = Scenario.of(arg).orElseThrow(() -> unknown(arg));
        }
      }
    }
    return new DemoArguments(
        scenario == null ? Scenario.PRICING_STARVATION : scenario, exit, action);
  }

  private static Unusable unknown(String arg) {
    String what = arg.startsWith("-") ? "unknown option" : "no scenario of that name";
    return new Unusable(
        """
        %s
          found:    %s
          expected: a scenario's name, --exit, --list or --help
          try:      unpark demo --list"""
            .formatted(what, arg));
  }
}
