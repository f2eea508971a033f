package dev.unpark.agent.core;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands the bootstrap part to the boot loader.
 *
 * <p>Class by class, through the door that the JDK's own reflection uses, and not by appending our
 * jar to the boot class path: the JVM answers the latter with a warning on the application's
 * standard output, and with giving up its shared archive for every class of the application.
 *
 * <p>The door is opened to the agent's loader alone, and only read at start.
 */
final class BootPart {
  private static final String PACKAGE = "dev.unpark.agent.bootstrap.";
  private static final String UNSAFE = "jdk.internal.misc.Unsafe";

  /** No class needs one below it to be defined. */
  private static final List<String> CLASSES =
      List.of("OwnThreads", "WaitTable", "LockCounters", "ExecutorHandle", "ExecutorTable");

  private BootPart() {}

  /**
   * Defines the bootstrap classes.
   *
   * @throws ReflectiveOperationException when this JDK has no such door
   * @throws IOException when the agent's jar cannot be read
   */
  static void define(Instrumentation instrumentation)
      throws ReflectiveOperationException, IOException {
    Module base = Object.class.getModule();
    instrumentation.redefineModule(
        base,
        Set.of(),
        Map.of("jdk.internal.misc", Set.of(BootPart.class.getModule())),
        Map.of(),
        Set.of(),
        Map.of());
    Class<?> unsafe = Class.forName(UNSAFE, true, null);
    Object door = unsafe.getMethod("getUnsafe").invoke(null);
    Method define =
        unsafe.getMethod(
            "defineClass",
            String.class,
            byte[].class,
            int.class,
            int.class,
            ClassLoader.class,
            java.security.ProtectionDomain.class);
    for (String name : CLASSES) {
      byte[] bytes = read(PACKAGE.replace('.', '/') + name + ".class");
      define.invoke(door, PACKAGE + name, bytes, 0, bytes.length, null, null);
    }
  }

  private static byte[] read(String resource) throws IOException {
    try (InputStream in = BootPart.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the agent's jar lacks " + resource);
      }
      return in.readAllBytes();
    }
  }
}
