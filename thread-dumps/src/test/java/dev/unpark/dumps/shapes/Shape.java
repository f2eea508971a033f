package dev.unpark.dumps.shapes;

/** What the programs share. */
final class Shape {
  private Shape() {}

  static boolean isBenign(String[] arguments) {
    return arguments.length > 0 && arguments[0].equals("benign");
  }

  static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until these threads wait, says so, and stays to be looked at. */
  static void awaitThem(Thread.State state, String... names) throws InterruptedException {
    while (!allAre(state, names)) {
      Thread.sleep(20);
    }
    ready();
  }

  static void awaitState(String name, Thread.State state) throws InterruptedException {
    while (!allAre(state, name)) {
      Thread.sleep(20);
    }
  }

  static void ready() throws InterruptedException {
    System.out.println("ready");
    Thread.sleep(120_000);
  }

  private static boolean allAre(Thread.State state, String... names) {
    int found = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      for (String name : names) {
        if (thread.getName().equals(name) && thread.getState() == state) {
          found++;
        }
      }
    }
    return found == names.length;
  }

  static void sleepForEver() {
    try {
      Thread.sleep(120_000);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }
}
