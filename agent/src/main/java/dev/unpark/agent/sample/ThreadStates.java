package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ThreadState;

/**
 * States of threads, from the field: {@code getState()} of a platform thread may be overridden, and
 * do anything. A virtual thread is of the JDK's own class.
 */
final class ThreadStates {
  /*
   * Bits of JVMTI's thread state, in which the JVM keeps it; jdk.internal.misc.VM reads them in this
   * order.
   */
  private static final int RUNNABLE = 0x0004;
  private static final int BLOCKED = 0x0400;
  private static final int WAITING = 0x0010;
  private static final int TIMED_WAITING = 0x0020;
  private static final int TERMINATED = 0x0002;
  private static final int ALIVE = 0x0001;

  private static final Peek STATUS_ON_17 = Peek.at(Thread.class, "threadStatus");
  private static final Peek HOLDER = Peek.at(Thread.class, "holder");
  private static final Peek STATUS = Peek.at("java.lang.Thread$FieldHolder", "threadStatus");

  private ThreadStates() {}

  static ThreadState of(Thread thread) {
    if (VirtualThreads.isVirtual(thread) || STATUS_ON_17.missing() && STATUS.missing()) {
      return ThreadState.of(thread.getState().name());
    }
    return ofBits(
        (int)
            (STATUS_ON_17.missing()
                ? STATUS.number(HOLDER.of(thread))
                : STATUS_ON_17.number(thread)));
  }

  private static ThreadState ofBits(int status) {
    if ((status & RUNNABLE) != 0) {
      return ThreadState.RUNNABLE;
    } else if ((status & BLOCKED) != 0) {
      return ThreadState.BLOCKED;
    } else if ((status & WAITING) != 0) {
      return ThreadState.WAITING;
    } else if ((status & TIMED_WAITING) != 0) {
      return ThreadState.TIMED_WAITING;
    } else if ((status & TERMINATED) != 0) {
      return ThreadState.TERMINATED;
    }
    return (status & ALIVE) == 0 ? ThreadState.NEW : ThreadState.RUNNABLE;
  }
}
