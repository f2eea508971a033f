package dev.unpark.agent.sample;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * One private field of the JDK, read without asking: no lock, no method of the object's own.
 *
 * <p>A JDK without that field, or one that does not let us, makes a peek that is {@linkplain
 * #missing} and sees null and zero.
 *
 * <p><b>Threading:</b> any thread. A read is as racy as the field.
 */
final class Peek {
  private final @Nullable Field field;

  private Peek(@Nullable Field field) {
    this.field = field;
  }

  /** The field of that class. */
  static Peek at(String className, String fieldName) {
    try {
      return at(Class.forName(className, false, null), fieldName);
    } catch (ClassNotFoundException otherJdk) {
      return new Peek(null);
    }
  }

  /** The field of that class. */
  static Peek at(Class<?> type, String fieldName) {
    try {
      Field field = type.getDeclaredField(fieldName);
      field.setAccessible(true);
      return new Peek(field);
    } catch (NoSuchFieldException | InaccessibleObjectException otherJdk) {
      return new Peek(null);
    }
  }

  boolean missing() {
    return field == null;
  }

  /** Whether its class is initialised; the first read would initialise it. */
  boolean mayBeRead() {
    return field != null && Initialized.is(field.getDeclaringClass());
  }

  /** Whether {@code object} has this field. */
  boolean fits(@Nullable Object object) {
    return field != null && field.getDeclaringClass().isInstance(object);
  }

  /** The field's value; null also when it is missing. */
  @Nullable Object of(@Nullable Object object) {
    if (field == null || !(Modifier.isStatic(field.getModifiers()) || fits(object))) {
      return null;
    }
    try {
      return field.get(object);
    } catch (IllegalAccessException shut) {
      return null;
    }
  }

  /** The value of a numeric field; zero also when it is missing. */
  long number(@Nullable Object object) {
    return of(object) instanceof Number number ? number.longValue() : 0;
  }
}
