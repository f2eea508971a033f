package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Processor time of the platform threads, asked of the system as seldom as it tells something: at
 * every look of those that run or carry virtual threads, of all of them every {@value #ALL_EVERY}
 * looks. A thread that waits uses none meanwhile.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class CpuTimes {
  private static final int ALL_EVERY = 8;

  private final @Nullable ThreadMXBean threads = measuring(ManagementFactory.getThreadMXBean());
  private final boolean allAtOnce = threads != null && ManyThreads.arePossible(threads);

  private Map<Long, Long> known = new HashMap<>();
  private int looks;

  private static @Nullable ThreadMXBean measuring(ThreadMXBean bean) {
    return bean.isThreadCpuTimeSupported() && bean.isThreadCpuTimeEnabled() ? bean : null;
  }

  private static long[] oneByOne(ThreadMXBean bean, long[] ids) {
    return Arrays.stream(ids).map(bean::getThreadCpuTime).toArray();
  }

  /** By one call for all, which a runtime without the module jdk.management does not have. */
  private static final class ManyThreads {
    static boolean arePossible(ThreadMXBean bean) {
      try {
        return bean instanceof com.sun.management.ThreadMXBean;
      } catch (LinkageError withoutModule) {
        return false;
      }
    }

    static long[] nanos(ThreadMXBean bean, long[] ids) {
      return ((com.sun.management.ThreadMXBean) bean).getThreadCpuTime(ids);
    }
  }

  /** Asks anew; forgets threads that are gone. */
  void update(List<Seen> platform) {
    ThreadMXBean bean = threads;
    if (bean == null) {
      return;
    }
    boolean all = looks++ % ALL_EVERY == 0;
    Map<Long, Long> next = new HashMap<>();
    long[] asked = new long[platform.size()];
    int count = 0;
    for (Seen seen : platform) {
      Long before = known.get(seen.id);
      if (all
          || before == null
          || !seen.waits()
          || seen.state == ThreadState.RUNNABLE
          || VirtualThreads.isCarrier(seen.thread)) {
        asked[count++] = seen.id;
      } else {
        next.put(seen.id, before);
      }
    }
    long[] ids = Arrays.copyOf(asked, count);
    long[] nanos = allAtOnce ? ManyThreads.nanos(bean, ids) : oneByOne(bean, ids);
    for (int i = 0; i < count; i++) {
      next.put(ids[i], nanos[i]);
    }
    known = next;
  }

  /** Nanoseconds that the thread has used, or {@link ThreadTraits#UNKNOWN_CPU}. */
  long of(long thread) {
    return known.getOrDefault(thread, ThreadTraits.UNKNOWN_CPU);
  }
}
