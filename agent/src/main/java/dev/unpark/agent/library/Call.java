package dev.unpark.agent.library;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Calls public getters, or reads public fields, of the application's objects, by name.
 *
 * <p>Only getters that take no lock are called, on the agent's own threads. Nothing is cached: a
 * method that we held would keep its class loader alive.
 */
final class Call {
  private Call() {}

  /** What {@code object.first().second()...} answers; null when there is no such way. */
  static @Nullable Object path(@Nullable Object object, String... getters) {
    Object at = object;
    for (String getter : getters) {
      at = at == null ? null : one(at, getter);
    }
    return at;
  }

  /** A number at the end of such a path. */
  static long number(@Nullable Object object, long otherwise, String... getters) {
    return path(object, getters) instanceof Number number ? number.longValue() : otherwise;
  }

  /**
   * The text of what stands at the end of such a path, or an empty one; texts and constants alone,
   * since to say {@code toString} to anything else is to run whatever code that has.
   */
  static String text(@Nullable Object object, String... getters) {
    Object found = path(object, getters);
    return found instanceof Enum<?> constant
        ? constant.name()
        : found instanceof String text ? text : "";
  }

  private static @Nullable Object one(Object object, String getter) {
    try {
      Method method = object.getClass().getMethod(getter);
      // Public, of a class that need not be: implementations often hide behind an interface.
      return method.trySetAccessible() ? method.invoke(object) : null;
    } catch (NoSuchMethodException noGetter) {
      return field(object, getter);
    } catch (IllegalAccessException
        | InvocationTargetException
        | RuntimeException
        | LinkageError otherVersion) {
      // To list methods loads the classes that they name, by loaders which may throw anything.
      return null;
    }
  }

  private static @Nullable Object field(Object object, String name) {
    try {
      Field field = object.getClass().getField(name);
      return field.trySetAccessible() ? field.get(object) : null;
    } catch (NoSuchFieldException
        | IllegalAccessException
        | RuntimeException
        | LinkageError otherVersion) {
      return null;
    }
  }
}
