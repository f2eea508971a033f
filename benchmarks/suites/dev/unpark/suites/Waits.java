package dev.unpark.suites;

/** For actors, which jcstress lets throw nothing that is checked. */
final class Waits {
  private Waits() {}

  /** What may be interrupted, in a test that interrupts nobody. */
  interface Wait<T> {
    T end() throws Exception;
  }

  /** What may be interrupted and yields nothing. */
  interface SilentWait {
    void end() throws Exception;
  }

  static <T> T result(Wait<T> wait) {
    try {
      return wait.end();
    } catch (RuntimeException own) {
      throw own;
    } catch (Exception unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  static void end(SilentWait wait) {
    result(
        () -> {
          wait.end();
          return null;
        });
  }
}
