package dev.unpark.apps.demo;

import dev.unpark.apps.Scenario;
import dev.unpark.apps.launch.Endpoints;
import dev.unpark.apps.launch.Installation;
import dev.unpark.apps.launch.Jdk;
import java.nio.file.Path;
import java.util.Optional;

/** {@code unpark demo}: reads the command line, shows one scenario, leaves with a status. */
public final class Demo {
  private static final int DONE = 0;
  private static final int BAD_USAGE = 2;
  private static final int OUR_FAULT = 4;

  private static final String USAGE =
      """
      usage: unpark demo [NAME] [--exit]
             unpark demo --list

        NAME     which program to show; without it, %s
        --exit   leave after the diagnosis instead of waiting for Ctrl-C
        --list   name the programs

      status 0 when the diagnosis came, 2 for a wrong command line, 4 otherwise
      """
          .formatted(Scenario.PRICING_STARVATION.label());

  private Demo() {}

  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  private static int run(String... args) throws InterruptedException {
    DemoArguments arguments;
    try {
      arguments = DemoArguments.parse(args);
    } catch (DemoArguments.Unusable e) {
      System.err.println(e.getMessage());
      return BAD_USAGE;
    }
    return switch (arguments.action()) {
      case HELP -> {
        System.out.print(USAGE);
        yield DONE;
      }
      case LIST -> {
        list();
        yield DONE;
      }
      case RUN -> show(arguments);
    };
  }

  private static void list() {
    for (Scenario scenario : Scenario.values()) {
      System.out.printf(
          "%-26s %s%s%n",
          scenario.label(),
          scenario.summary(),
          scenario.minJdk() > 17 ? " (JDK %d or newer)".formatted(scenario.minJdk()) : "");
    }
  }

  private static int show(DemoArguments arguments) throws InterruptedException {
    Installation installation = new Installation(Path.of(System.getProperty("unpark.home", ".")));
    if (!installation.missing().isEmpty()) {
      System.err.printf(
          "something is not built%n  found:    no %s%n  expected: the jars of all modules%n"
              + "  try:      ./unpark demo, which builds them%n",
          installation.missing().get(0));
      return OUR_FAULT;
    }
    Scenario scenario = arguments.scenario();
    Optional<Jdk> jdk = Jdk.atLeast(scenario.minJdk());
    if (jdk.isEmpty()) {
      System.err.printf(
          "'%s' needs a newer JDK%n  found:    %s%n  expected: JDK %d or newer%n"
              + "  try:      JAVA25_HOME=/path/to/jdk-25 ./unpark demo %s%n",
          scenario.label(),
          Jdk.installed().stream().map(Jdk::version).toList(),
          scenario.minJdk(),
          scenario.label());
      return OUR_FAULT;
    }
    Endpoints endpoints = Endpoints.standardOrFree();
    try (Stage stage = new Stage(installation, scenario, jdk.get(), endpoints)) {
      boolean shown = stage.play();
      if (shown && !arguments.exit()) {
        stage.waitForCtrlC();
      }
      return shown ? DONE : OUR_FAULT;
    }
  }
}
