package dev.unpark.agent.hook;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool of our own, that never starts a thread; known by its class loader as none of the host's.
 */
final class ProbeExecutor extends ThreadPoolExecutor {
  ProbeExecutor(RejectedExecutionHandler handler) {
    super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), handler);
  }
}
