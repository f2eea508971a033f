package dev.unpark.agent.recording;

/**
 * When Flight Recorder is to begin a new chunk.
 *
 * <p>A stream keeps what it has read of a chunk's threads, stacks and classes until the chunk ends:
 * some 250 bytes for each thread that was started, whether it waited or not. With events as few as
 * ours a chunk would never fill, and an application that starts threads all the time would lose
 * heap to them without end.
 *
 * <p><b>Threading:</b> the stream's thread alone.
 */
final class Chunks {
  /** Threads started and events read, of one chunk: some 2.5 MB. */
  static final int MOST = 10_000;

  /** The least time between two, so that other recordings do not fall into pieces. */
  static final long LEAST_NANOS = 10_000_000_000L;

  private long begun;
  private long startedBefore;
  private int events;

  /**
   * @param started threads started by the JVM so far, here and below
   * @param now by any clock that only grows, in nanoseconds, here and below
   */
  Chunks(long started, long now) {
    startedBefore = started;
    begun = now;
  }

  void count() {
    events++;
  }

  /** Whether the chunk is to end now; if so, it counts as ended. */
  boolean endsAt(long started, long now) {
    if (started - startedBefore + events < MOST || now - begun < LEAST_NANOS) {
      return false;
    }
    startedBefore = started;
    events = 0;
    begun = now;
    return true;
  }
}
