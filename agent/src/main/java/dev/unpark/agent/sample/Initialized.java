package dev.unpark.agent.sample;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Whether a class has been initialised, asked without initialising it.
 *
 * <p>The first read of a field by reflection, of an instance too, initialises the class that
 * declares it. Where an application's thread is stuck in the middle of that, which is when we are
 * needed most, the reader would be stuck with it.
 *
 * <p><b>Threading:</b> any thread.
 */
final class Initialized {
  private static final @Nullable Object UNSAFE = unsafe();
  private static final @Nullable Method SHOULD_BE = shouldBe();

  private Initialized() {}

  private static @Nullable Object unsafe() {
    try {
      return Class.forName("jdk.internal.misc.Unsafe").getMethod("getUnsafe").invoke(null);
    } catch (ReflectiveOperationException | InaccessibleObjectException | LinkageError otherJdk) {
      return null;
    }
  }

  private static @Nullable Method shouldBe() {
    try {
      return UNSAFE == null
          ? null
          : UNSAFE.getClass().getMethod("shouldBeInitialized", Class.class);
    } catch (NoSuchMethodException otherJdk) {
      return null;
    }
  }

  /** False also when this JVM does not tell. */
  static boolean is(Class<?> type) {
    if (UNSAFE == null || SHOULD_BE == null) {
      return false;
    }
    try {
      return Boolean.FALSE.equals(SHOULD_BE.invoke(UNSAFE, type));
    } catch (IllegalAccessException | InvocationTargetException | LinkageError otherJdk) {
      return false;
    }
  }
}
