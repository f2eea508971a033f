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
                  Hang.platform("second", ClassHangs::lockThenInitialize)));

  private static final Object LOCK = new Object();

  private ClassHangs() {}

  private static void use(int value) {
    System.out.println("impossible " + value);
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
