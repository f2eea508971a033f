package dev.unpark.agent.hook;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool of our own; known by its class loader as none of the host's. Its threads are not named by
 * the JDK, which would count it among the host's: {@code pool-2-thread-1}.
 */
final class ProbeExecutor extends ThreadPoolExecutor {
  ProbeExecutor(RejectedExecutionHandler handler) {
    super(
        1,
        1,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> new Thread(task, "unpark-selftest-worker"),
        handler);
  }
}
