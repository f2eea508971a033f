package dev.unpark.agent.core;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor time of the agent's own threads, those that have ended included.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class OwnCpu {
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final ThreadGroup group;
  private Map<Long, Long> live = new HashMap<>();
  private long ended;

  OwnCpu(ThreadGroup group) {
    this.group = group;
  }

  /** Nanoseconds since the agent started; zero where the JVM does not measure. */
  long nanos() {
    if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled()) {
      return 0;
    }
    Thread[] found = new Thread[group.activeCount() + 8];
    int count = group.enumerate(found, true);
    Map<Long, Long> now = new HashMap<>();
    for (int i = 0; i < count; i++) {
      long cpu = threads.getThreadCpuTime(found[i].getId());
      if (cpu >= 0) {
        now.put(found[i].getId(), cpu);
      }
    }
    live.forEach(
        (id, cpu) -> {
          if (!now.containsKey(id)) {
            ended += cpu;
          }
        });
    live = now;
    return ended + now.values().stream().mapToLong(Long::longValue).sum();
  }
}
