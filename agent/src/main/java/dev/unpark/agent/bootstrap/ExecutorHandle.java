package dev.unpark.agent.bootstrap;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An executor that the agent knows of, without keeping it alive.
 *
 * <p><b>Threading:</b> any thread counts; the sampler alone takes the creation trace.
 */
public final class ExecutorHandle extends WeakReference<Object> {
  private final AtomicLong rejections = new AtomicLong();
  private volatile @Nullable Throwable creation;

  ExecutorHandle(Object executor, @Nullable Throwable creation) {
    super(executor);
    this.creation = creation;
  }

  void countRejection() {
    rejections.getAndIncrement();
  }

  /** Tasks rejected since the agent knows the executor. */
  public long rejections() {
    return rejections.get();
  }

  /** Where it was created, once; the trace is let go, since it keeps classes alive. */
  public @Nullable Throwable takeCreation() {
    Throwable trace = creation;
    creation = null;
    return trace;
  }
}
