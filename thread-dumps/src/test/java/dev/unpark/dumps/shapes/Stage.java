package dev.unpark.dumps.shapes;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** What every program of a shape does beside its fault. */
final class Stage {
  static final String READY = "ready";

  private Stage() {}

  static boolean faulty(String[] arguments) {
    return arguments[0].equals("faulty");
  }

  /**
   * Tells the test that the shape stands, and stays for as long as the test lives. It rests: a
   * thread that reads may do what others wait for.
   */
  static void ready() {
    System.out.println(READY);
    ProcessHandle test = ProcessHandle.current().parent().orElseThrow();
    while (test.isAlive()) {
      rest(1000);
    }
    Runtime.getRuntime().halt(0);
  }

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** By reflection: this is compiled for a JDK that has no virtual threads. */
  static Thread startVirtual(String name, Runnable work) throws ReflectiveOperationException {
    Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
    Class<?> type = Class.forName("java.lang.Thread$Builder");
    type.getMethod("name", String.class).invoke(builder, name);
    return (Thread) type.getMethod("start", Runnable.class).invoke(builder, work);
  }

  /** Until the thread is in that state: the shape then stands. */
  static void awaitState(Thread thread, Thread.State state) {
    while (!isThere(thread, state)) {
      rest(5);
    }
  }

  /** The same for threads that others have started, by name. */
  static void awaitState(String name, Thread.State state) {
    while (!isThere(name, state)) {
      rest(5);
    }
  }

  /** Stays once all of these threads are in that state. */
  static void awaitThem(Thread.State state, String... names) {
    for (String name : names) {
      awaitState(name, state);
    }
    ready();
  }

  private static boolean isThere(String name, Thread.State state) {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(name) && isThere(thread, state)) {
        return true;
      }
    }
    return false;
  }

  /** A thread that still {@linkplain #await waits for the others to begin} has not got there. */
  private static boolean isThere(Thread thread, Thread.State state) {
    return thread.getState() == state
        && Arrays.stream(thread.getStackTrace())
            .noneMatch(
                frame ->
                    frame.getClassName().equals(Stage.class.getName())
                        && frame.getMethodName().equals("await"));
  }

  /** Waits until the others have begun, too. */
  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  static void rest(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  static void sleepForEver() {
    rest(Integer.MAX_VALUE);
  }
}
