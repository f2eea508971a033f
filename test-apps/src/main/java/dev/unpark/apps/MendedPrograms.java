package dev.unpark.apps;

import dev.unpark.apps.fault.Switches;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every program with a fault that this JDK can run and that needs no server, mended, all in this
 * one JVM: whatever is said of it is a false alarm.
 */
public final class MendedPrograms {
  private static final String HEALTHY = "--healthy";

  private MendedPrograms() {}

  /** Returns at once; the programs go on until the JVM is ended. */
  public static void main(String[] args) {
    Switches.of(args);
    mended(Runtime.version().feature())
        .forEach(scenario -> new Thread(() -> run(scenario), scenario.label()).start());
  }

  private static List<Scenario> mended(int feature) {
    return Stream.of(Scenario.values())
        .filter(scenario -> scenario.isFaulty() && !scenario.needsServer())
        .filter(scenario -> scenario.minJdk() <= feature)
        // Its burst of requests is meant to fill a machine of its own.
        .filter(scenario -> scenario != Scenario.TICKET_RUSH)
        .toList();
  }

  /** One that fails must not look like one of which there is nothing to say. */
  private static void run(Scenario scenario) {
    try {
      scenario
          .mainClass()
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {HEALTHY});
    } catch (ReflectiveOperationException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }
}
