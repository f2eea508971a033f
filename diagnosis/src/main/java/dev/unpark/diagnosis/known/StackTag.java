package dev.unpark.diagnosis.known;

import org.jspecify.annotations.Nullable;

/** What a frame, or a few in a row, can tell about the thread that stands in it. */
public enum StackTag {
  /** Waits for work or for an event, as it should. */
  IDLE("idle"),
  /** A thread of a pool: innermost of its loop, beneath whatever task it runs. */
  WORKER("worker"),
  /**
   * Accepts or selects for a server, as a task of the pool that it runs in: of use to no other
   * task.
   */
  SELECTS("selects"),
  /** A loop that serves many connections or events and must never wait for one. */
  EVENT_LOOP("event-loop"),
  /** Is parked, asleep or in {@code Object.wait}. */
  WAIT("wait"),
  /** Waits for a peer or a disk, though the JVM may call it runnable. */
  BLOCKING_IO("blocking-io"),
  /**
   * Reads or writes a file, or hands bytes to a socket: over at once, as a rule, though it may
   * last.
   */
  PASSING_IO("passing-io"),
  /** Reads from, writes to or connects a socket that always makes its caller wait. */
  BLOCKING_SOCKET("blocking-socket"),
  /** Puts something into a queue, and waits for room in it, or for a taker. */
  PUTS("puts"),
  /** Waits for the end of other work: a future, a latch, a thread, a process. */
  AWAITS_RESULT("awaits-result"),
  /** In a database driver. */
  DATABASE("database"),
  /** In a client of HTTP or of remote procedure calls. */
  HTTP_CLIENT("http-client"),
  /**
   * In a client of something else that is remote: a message broker, a cache server, a directory.
   */
  REMOTE("remote"),
  /** Asks a pool for a connection. */
  CONNECTION_POOL("connection-pool"),
  /** Loads an entry of a cache, or waits for another thread to do so. */
  CACHE_LOAD("cache-load"),
  /** Finds, defines or transforms a class. */
  CLASS_LOADING("class-loading"),
  /** Writes a log event. */
  LOGGING("logging"),
  /** Tries for a lock without standing in its queue. */
  TRY_LOCK("try-lock"),
  /** The thread that runs finalizers and cleaners, or feeds those. */
  REFERENCES("references"),
  /** A virtual thread that waits without leaving its carrier. */
  PINNED("pinned"),
  /** A thread that runs virtual threads. */
  CARRIER("carrier"),
  /** Waits in a loop for the processor instead of a signal: a spin, a yield. */
  SPIN("spin");

  private final String label;

  StackTag(String label) {
    this.label = label;
  }

  /** The spelling of the file. */
  public String label() {
    return label;
  }

  static @Nullable StackTag of(String label) {
    for (StackTag tag : values()) {
      if (tag.label.equals(label)) {
        return tag;
      }
    }
    return null;
  }
}
