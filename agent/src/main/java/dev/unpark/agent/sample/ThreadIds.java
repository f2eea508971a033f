package dev.unpark.agent.sample;

/**
 * Ids of threads, from the field where it can be read: {@code getId()} may be overridden, and do
 * anything.
 */
final class ThreadIds {
  private static final Peek TID = Peek.at(Thread.class, "tid");

  private ThreadIds() {}

  static long of(Thread thread) {
    return TID.missing() ? thread.getId() : TID.number(thread);
  }
}
