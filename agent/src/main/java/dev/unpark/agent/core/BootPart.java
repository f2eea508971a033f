package dev.unpark.agent.core;

import dev.unpark.agent.bootstrap.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands the bootstrap part to the boot loader.
 *
 * <p>Class by class, through the door that the JDK's own reflection uses, and not by appending our
 * jar to the boot class path: the JVM answers the latter with a warning on the application's
 * standard output, and with giving up its shared archive for every class of the application.
 *
 * <p>The door is opened to the agent's loader alone, and only read at start. What the boot loader
 * has once, it keeps: an agent that comes after one that has gone finds the classes in place.
 */
final class BootPart {
  private static final String PACKAGE = "dev.unpark.agent.bootstrap.";

  /** No class needs one below it to be defined. */
  private static final List<String> CLASSES =
      List.of(
          "Slot",
          "OwnThreads",
          "WaitTable",
          "LockCounters",
          "SignalTable",
          "FailureTable",
          "PermitTable",
          "ExecutorHandle",
          "ExecutorTable",
          "TaskSamples",
          "Durations",
          "ThreadRows",
          "Gaps",
          "LibraryHandle",
          "LibraryTable",
          "ServerRequests",
          "ConnectionPools",
          "DatabaseErrors");

  private BootPart() {}

  /**
   * Defines the bootstrap classes, unless they are there.
   *
   * @return why the agent cannot run on what is there, or null
   * @throws ReflectiveOperationException when this JDK has no such door
   * @throws IOException when the agent's jar cannot be read
   */
  static @Nullable String define(Instrumentation instrumentation)
      throws ReflectiveOperationException, IOException {
    Map<String, byte[]> classes = new LinkedHashMap<>();
    int version = 1;
    for (String name : CLASSES) {
      byte[] bytes = read(PACKAGE.replace('.', '/') + name + ".class");
      classes.put(name, bytes);
      version = 31 * version + Arrays.hashCode(bytes);
    }
    if (isDefined()) {
      return Slot.version() == version
          ? null
          : "another version of the Unpark agent was in this JVM before, and parts of it stay until"
              + " the JVM ends";
    }
    define(classes, instrumentation);
    Slot.version(version);
    return null;
  }

  /** Whether an agent is, or was, in this JVM. */
  static boolean isDefined() {
    try {
      Class.forName(PACKAGE + "Slot", false, null);
      return true;
    } catch (ClassNotFoundException none) {
      return false;
    }
  }

  private static void define(Map<String, byte[]> classes, Instrumentation instrumentation)
      throws ReflectiveOperationException {
    BootDoor door = BootDoor.open(instrumentation);
    for (Map.Entry<String, byte[]> one : classes.entrySet()) {
      door.define(PACKAGE + one.getKey(), one.getValue());
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
