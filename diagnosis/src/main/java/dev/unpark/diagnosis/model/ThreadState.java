package dev.unpark.diagnosis.model;

/** {@link Thread.State}, and the state that some dump forms do not print. */
public enum ThreadState {
  NEW,
  RUNNABLE,
  BLOCKED,
  WAITING,
  TIMED_WAITING,
  TERMINATED,
  UNKNOWN;

  /** The state of that name, or {@link #UNKNOWN} for a name that no JDK prints. */
  public static ThreadState of(String name) {
    for (ThreadState state : values()) {
      if (state.name().equals(name)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}
