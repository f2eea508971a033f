package dev.unpark.agent.sample;

import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Opens what the sampler reads and calls of the JDK, to the agent alone. */
public final class Doors {
  private static final Set<String> PACKAGES =
      Set.of(
          "java.lang",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks",
          "jdk.internal.misc",
          "jdk.internal.vm");

  private static final Set<String> MANAGEMENT = Set.of("com.sun.management.internal");

  private Doors() {}

  /** Opens them; what a JDK does not have stays shut, and {@link Peek} then sees nothing. */
  public static void open(Instrumentation instrumentation) {
    open(Object.class.getModule(), PACKAGES, instrumentation);
    ModuleLayer.boot()
        .findModule("jdk.management")
        .ifPresent(module -> open(module, MANAGEMENT, instrumentation));
  }

  private static void open(Module module, Set<String> packages, Instrumentation instrumentation) {
    Module agent = Doors.class.getModule();
    Map<String, Set<Module>> opened = new HashMap<>();
    for (String name : packages) {
      if (module.getPackages().contains(name)) {
        opened.put(name, Set.of(agent));
      }
    }
    instrumentation.redefineModule(module, Set.of(), Map.of(), opened, Set.of(), Map.of());
  }
}
