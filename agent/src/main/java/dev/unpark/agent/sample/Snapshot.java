package dev.unpark.agent.sample;

import java.lang.reflect.Array;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thread, virtual or not, as the JVM itself describes it from JDK 25 on: with the monitor that
 * it waits for and those that it owns.
 *
 * @param blockedOn the object whose monitor it waits to enter, or null
 * @param owned objects whose monitors it owns, by id
 * @param stack the whole stack's hash
 * @param frames the innermost frames
 */
record Snapshot(
    @Nullable Object blockedOn, Map<String, Object> owned, int stack, List<String> frames) {
  private static final String CLASS = "jdk.internal.vm.ThreadSnapshot";
  private static final @Nullable Method OF = method("of", Thread.class);
  private static final @Nullable Method STATE = method("threadState");
  private static final @Nullable Method BLOCKED_ON = method("blockedOn");
  private static final @Nullable Method STACK = method("stackTrace");
  private static final Peek LOCKS = Peek.at(CLASS, "locks");
  private static final Peek LOCK_OBJECT = Peek.at(CLASS + "$ThreadLock", "obj");
  private static final Peek LOCK_TYPE = Peek.at(CLASS + "$ThreadLock", "type");

  private static @Nullable Method method(String name, Class<?>... parameters) {
    try {
      Method method = Class.forName(CLASS, true, null).getDeclaredMethod(name, parameters);
      method.setAccessible(true);
      return method;
    } catch (ReflectiveOperationException | InaccessibleObjectException | LinkageError otherJdk) {
      return null;
    }
  }

  /** Whether this JDK can tell. */
  static boolean available() {
    return OF != null && STATE != null && BLOCKED_ON != null && STACK != null && !LOCKS.missing();
  }

  /** The thread as it is now; null when it has ended, or cannot be looked at. */
  static @Nullable Snapshot of(Thread thread) {
    if (OF == null || STATE == null || BLOCKED_ON == null || STACK == null) {
      return null;
    }
    try {
      Object snapshot = OF.invoke(null, thread);
      if (snapshot == null || !(STACK.invoke(snapshot) instanceof StackTraceElement[] trace)) {
        return null;
      }
      Object blockedOn =
          STATE.invoke(snapshot) == Thread.State.BLOCKED ? BLOCKED_ON.invoke(snapshot) : null;
      return new Snapshot(
          blockedOn,
          owned(LOCKS.of(snapshot), blockedOn),
          Arrays.hashCode(trace),
          Stacks.frames(trace));
    } catch (ReflectiveOperationException unsupported) {
      return null;
    }
  }

  /** A thread that comes back from {@code wait} is listed with the very monitor it waits for. */
  private static Map<String, Object> owned(@Nullable Object locks, @Nullable Object blockedOn) {
    Map<String, Object> owned = new LinkedHashMap<>();
    int count = locks == null ? 0 : Array.getLength(locks);
    for (int i = 0; i < count; i++) {
      Object lock = locks == null ? null : Array.get(locks, i);
      Object object = LOCK_OBJECT.of(lock);
      boolean eliminated = "ELIMINATED".equals(String.valueOf(LOCK_TYPE.of(lock)));
      if (object != null && object != blockedOn && !eliminated) {
        owned.put(Names.id(object), object);
      }
    }
    return owned;
  }

  /**
   * What stands for this wait: the same as long as the thread stays at this very place holding
   * these very monitors.
   */
  String turn() {
    return "s" + Integer.toHexString(stack) + ":" + String.join(",", owned.keySet());
  }

  /** Whether the other snapshot shows the thread at the same place, with the same monitors. */
  boolean isSameAs(@Nullable Snapshot other) {
    return other != null && blockedOn == other.blockedOn && turn().equals(other.turn());
  }
}
