package dev.unpark.apps.fault;

import java.lang.reflect.InvocationTargetException;

/**
 * Starts virtual threads from code that must also load on JDK 17, where they do not exist: hence
 * the reflection.
 */
public final class VirtualThreads {
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

  private VirtualThreads() {}

  /** Leaves with status 2 and a message when this JDK has no virtual threads. */
  public static void requireOrExit() {
    int feature = Runtime.version().feature();
    if (feature < FIRST_WITH_VIRTUAL_THREADS) {
      System.err.printf(
          "this JDK has no virtual threads%n  found:    JDK %d%n  expected: JDK %d or newer%n"
              + "  try:      run it with a newer java%n",
          feature, FIRST_WITH_VIRTUAL_THREADS);
      System.exit(2);
    }
  }

  public static Thread start(String name, Runnable task) {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> type = Class.forName("java.lang.Thread$Builder");
      Object named = type.getMethod("name", String.class).invoke(builder, name);
      return (Thread) type.getMethod("start", Runnable.class).invoke(named, task);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("a virtual thread could not be started", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no virtual threads", e);
    }
  }
}
