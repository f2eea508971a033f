package dev.unpark.agent.program;

import java.util.Map;

/** Classes whose static initialisers need each other. */
final class ClassHangs {
  static final Map<String, Hang.Shape> SHAPES =
      Map.of(
          "class-init",
          () ->
              Hang.both(
                  Hang.platform("first", () -> use(Left.value)),
                  Hang.platform("second", () -> use(Right.value))),
          "class-init-and-lock",
          () ->
              Hang.both(
                  Hang.platform("first", () -> use(Locking.value)),
                  Hang.platform("second", ClassHangs::lockThenInitialize)),
          "class-init-of-superclass",
          () ->
              Hang.both(
                  Hang.platform("first", () -> use(Super.value)),
                  Hang.platform("second", ClassHangs::useSubclass)),
          "class-init-by-name",
          () ->
              Hang.both(
                  Hang.platform("first", () -> initialize(NamedSuper.class)),
                  Hang.platform(
                      "second",
                      () -> {
                        Hang.pause();
                        initialize(NamedSub.class);
                      })),
          "virtual-class-init",
          () ->
              Hang.both(
                  Hang.virtual("first", () -> use(Left.value)),
                  Hang.virtual("second", () -> use(Right.value))),
          "virtual-and-platform-class-init",
          () ->
              Hang.both(
                  Hang.virtual("first", () -> use(Left.value)),
                  Hang.platform("second", () -> use(Right.value))));

  private static final Object LOCK = new Object();

  private ClassHangs() {}

  private static void use(int value) {
    System.out.println("impossible " + value);
  }

  private static void useSubclass() {
    Hang.pause();
    use(new Sub().hashCode());
  }

  /** From native code, as drivers and plug-ins are. */
  private static void initialize(Class<?> type) {
    try {
      Class.forName(type.getName(), true, type.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void lockThenInitialize() {
    synchronized (LOCK) {
      Hang.pause();
      use(Locking.value);
    }
  }

  private static final class Left {
    static int value = 1;

    static {
      Hang.pause();
      value = Right.value + 1;
    }
  }

  private static final class Right {
    static int value = 1;

    static {
      Hang.pause();
      value = Left.value + 1;
    }
  }

  /** Begins a moment before its subclass, which then waits for it in native code. */
  private static class NamedSuper {
    static int value = 1;

    static {
      Hang.pause();
      Hang.pause();
      value = new NamedSub().hashCode();
    }
  }

  private static final class NamedSub extends NamedSuper {}

  /** Begins a moment before its subclass, which then waits for it without a frame of its own. */
  private static class Super {
    static int value = 1;

    static {
      Hang.pause();
      Hang.pause();
      value = new Sub().hashCode();
    }
  }

  private static final class Sub extends Super {}

  private static final class Locking {
    static int value = 1;

    static {
      Hang.pause();
      synchronized (LOCK) {
        value = 2;
      }
    }
  }
}
