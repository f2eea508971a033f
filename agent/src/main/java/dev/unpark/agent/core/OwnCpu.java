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
  private long recorder;
  private long recorderBefore = -1;

  OwnCpu(ThreadGroup group) {
    this.group = group;
  }

  /**
   * Nanoseconds since the agent started; zero where the JVM does not measure.
   *
   * @param withRecorder whether Flight Recorder works for the agent alone
   */
  long nanos(boolean withRecorder) {
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
    recorder(withRecorder);
    return ended + recorder + now.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Adds what Flight Recorder's threads, which are of the root group, have used since last time.
   */
  private void recorder(boolean ours) {
    long before = recorderBefore;
    recorderBefore = ours ? recorderNow() : -1;
    if (before >= 0 && ours) {
      recorder += Math.max(0, recorderBefore - before);
    }
  }

  private long recorderNow() {
    ThreadGroup root = group.getParent();
    Thread[] found = new Thread[root.activeCount() + 8];
    int count = root.enumerate(found, false);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      if (found[i].getName().startsWith("JFR ")) {
        sum += Math.max(0, threads.getThreadCpuTime(found[i].getId()));
      }
    }
    return sum;
  }
}
