package dev.unpark.agent;

/**
 * The group of all threads of the agent. What one of them may die of is not handed to the
 * application's handler for uncaught exceptions, which may well end the JVM.
 */
final class OwnGroup extends ThreadGroup {
  OwnGroup() {
    super(root(), "unpark");
  }

  private static ThreadGroup root() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    // Every part tells its own failures; this one could not.
  }
}
