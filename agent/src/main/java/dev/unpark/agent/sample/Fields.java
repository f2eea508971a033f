package dev.unpark.agent.sample;

import java.lang.ref.SoftReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The fields of any object that refer to others, as far as their module lets us read them.
 *
 * <p>What is remembered of a class keeps neither the class nor its loader alive.
 *
 * <p><b>Threading:</b> the sampler's thread alone. <b>When full:</b> the collector takes what is
 * remembered back.
 */
final class Fields {
  private static final Field[] NONE = {};
  private final Map<Class<?>, SoftReference<Field[]>> known = new WeakHashMap<>();

  /** The instance fields of that class and those above it that hold references. */
  Field[] of(Class<?> type) {
    SoftReference<Field[]> reference = known.get(type);
    Field[] fields = reference == null ? null : reference.get();
    if (fields == null) {
      List<Field> read = new ArrayList<>();
      boolean all = read(type, read);
      fields = read.toArray(NONE);
      if (all) {
        known.put(type, new SoftReference<>(fields));
      }
    }
    return fields;
  }

  /** False when a class is not initialised yet: its fields are left out for now. */
  private static boolean read(Class<?> type, List<Field> fields) {
    boolean all = true;
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      if (!Initialized.is(at)) {
        all = false;
        continue;
      }
      try {
        for (Field field : at.getDeclaredFields()) {
          if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            fields.add(field);
          }
        }
      } catch (RuntimeException | LinkageError shut) {
        // What this class says of itself stays unseen. To list fields loads the classes that they
        // are of, by loaders of the application's own, which may throw anything.
      }
    }
    return all;
  }

  /** The value of a field, or null. */
  static @Nullable Object value(Field field, Object of) {
    try {
      return field.get(of);
    } catch (IllegalAccessException shut) {
      return null;
    }
  }
}
