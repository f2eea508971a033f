package dev.unpark.dumps.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Eight threads ask a loader that loads one class at a time; benign: it is parallel capable. */
final class ClassLoadingShape {
  private ClassLoadingShape() {}

  /** Locks itself for every class, as loaders do by default. */
  static final class Plain extends ClassLoader {
    private final CountDownLatch searching;

    Plain(CountDownLatch searching) {
      super(null);
      this.searching = searching;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      return search(name, searching);
    }
  }

  /** Locks one lock for each name. */
  static final class Parallel extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final CountDownLatch searching;

    Parallel(CountDownLatch searching) {
      super(null);
      this.searching = searching;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      return search(name, searching);
    }
  }

  private static Class<?> search(String name, CountDownLatch searching)
      throws ClassNotFoundException {
    searching.countDown();
    Stage.sleepForEver();
    throw new ClassNotFoundException(name);
  }

  public static void main(String[] arguments) throws Exception {
    boolean faulty = Stage.faulty(arguments);
    CountDownLatch searching = new CountDownLatch(faulty ? 1 : 8);
    ClassLoader loader = faulty ? new Plain(searching) : new Parallel(searching);
    List<Thread> askers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = "shop.Plugin" + i;
      askers.add(Stage.start("http-" + i, () -> typeOf(name, loader)));
    }
    searching.await();
    if (faulty) {
      while (askers.stream().filter(t -> t.getState() == Thread.State.BLOCKED).count() < 7) {
        Thread.onSpinWait();
      }
    }
    Stage.ready();
  }

  private static void typeOf(String name, ClassLoader loader) {
    try {
      loader.loadClass(name);
    } catch (ClassNotFoundException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
