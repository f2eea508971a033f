package dev.unpark.agent.sample;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What a thread was started to run, and the objects that its code starts from. */
final class Targets {
  private static final Peek TARGET_ON_17 = Peek.at(Thread.class, "target");
  private static final Peek HOLDER = Peek.at(Thread.class, "holder");
  private static final Peek TARGET = Peek.at("java.lang.Thread$FieldHolder", "task");

  private Targets() {}

  /** The runnable of a platform thread, or null when it has none, or has ended. */
  static @Nullable Object of(Thread thread) {
    return TARGET_ON_17.missing() ? TARGET.of(HOLDER.of(thread)) : TARGET_ON_17.of(thread);
  }

  /**
   * The runnable; what a subclass of {@code Thread} keeps in fields of its own; and queues in
   * static fields of the class whose lambda the runnable is, which has run code already.
   */
  static List<Object> roots(Thread thread) {
    List<Object> roots = new ArrayList<>();
    Object target = of(thread);
    if (target != null) {
      roots.add(target);
      addStaticQueues(target.getClass(), roots);
    }
    for (Class<?> type = thread.getClass();
        type != Thread.class && type != null;
        type = type.getSuperclass()) {
      addFields(type, thread, roots);
    }
    return roots;
  }

  private static void addFields(Class<?> type, Thread thread, List<Object> roots) {
    if (!Initialized.is(type)) {
      return;
    }
    try {
      for (Field field : type.getDeclaredFields()) {
        if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          add(Fields.value(field, thread), roots);
        }
      }
    } catch (RuntimeException | LinkageError shut) {
      // Nothing to see there.
    }
  }

  private static void addStaticQueues(Class<?> type, List<Object> roots) {
    Class<?> owner = type.isHidden() ? type.getNestHost() : type;
    if (!Initialized.is(owner)) {
      return;
    }
    try {
      for (Field field : owner.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())
            && Queue.class.isAssignableFrom(field.getType())) {
          field.setAccessible(true);
          add(field.get(null), roots);
        }
      }
    } catch (IllegalAccessException | RuntimeException | LinkageError shut) {
      // Nothing to see there.
    }
  }

  private static void add(@Nullable Object object, List<Object> roots) {
    if (object != null && !(object instanceof Thread)) {
      roots.add(object);
    }
  }
}
