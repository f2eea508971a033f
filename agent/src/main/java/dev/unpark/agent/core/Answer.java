package dev.unpark.agent.core;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * What became of an attach, for the process that asked for it: among the agent properties, which
 * the attach protocol reads and the application does not see.
 */
final class Answer {
  /** The property that carries it. */
  static final String PROPERTY = "unpark.agent";

  static final Answer NOBODY = new Answer(new Properties());

  private final Properties properties;

  private Answer(Properties properties) {
    this.properties = properties;
  }

  static Answer to(Instrumentation instrumentation) throws ReflectiveOperationException {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.vm", Set.of(Answer.class.getModule())),
        Map.of(),
        Set.of(),
        Map.of());
    Object properties =
        Class.forName("jdk.internal.vm.VMSupport", true, null)
            .getMethod("getAgentProperties")
            .invoke(null);
    return new Answer((Properties) properties);
  }

  void give(String text) {
    properties.setProperty(PROPERTY, text);
  }
}
