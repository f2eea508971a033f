package dev.unpark.suites;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Lincheck on what java.util.concurrent promises to be atomic, under stress and by exploring
 * interleavings. Prints one line for each: its name and whether it passed. The broken counter must
 * fail when it is explored.
 */
public final class Linearizability {
  private Linearizability() {}

  public static void main(String[] arguments) throws InterruptedException {
    Map<String, Class<?>> structures = new LinkedHashMap<>();
    structures.put("ArrayBlockingQueue", Structures.ArrayQueue.class);
    structures.put("LinkedBlockingQueue", Structures.LinkedQueue.class);
    structures.put("LinkedBlockingDeque", Structures.LinkedDeque.class);
    structures.put("ConcurrentLinkedQueue", Structures.FreeQueue.class);
    structures.put("LinkedTransferQueue", Structures.TransferQueue.class);
    structures.put("ConcurrentHashMap", Structures.HashMap.class);
    structures.put("ConcurrentSkipListMap", Structures.SkipListMap.class);
    structures.put("Semaphore", Structures.Permits.class);
    structures.put("CountDownLatch", Structures.Latch.class);
    structures.put("CompletableFuture", Structures.Future.class);
    structures.put("ReentrantLock", Structures.LockedCounter.class);
    structures.put("ReentrantReadWriteLock", Structures.ReadWriteCounter.class);
    structures.put("StampedLock", Structures.StampedCounter.class);
    structures.put("monitor", Structures.MonitorCounter.class);
    structures.put("broken counter", Structures.BrokenCounter.class);
    structures.keySet().removeIf(name -> arguments.length > 0 && !name.equals(arguments[0]));
    settle();
    structures.forEach(
        (name, structure) -> {
          check(name + ", stressed", structure, new StressOptions(), 3, 200);
          check(name + ", explored", structure, new ModelCheckingOptions(), 3, 100);
        });
    System.exit(0);
  }

  /**
   * Waits until no class has been loaded for three seconds: Lincheck gives loaded classes other
   * code, and a thread of somebody else's that loads more meanwhile may be more than it expects.
   */
  private static void settle() throws InterruptedException {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    long before = -1;
    for (long now = 0; now != before; now = classes.getTotalLoadedClassCount()) {
      before = now;
      Thread.sleep(3_000);
    }
  }

  private static void check(
      String name, Class<?> structure, Options<?, ?> options, int scenarios, int runs) {
    String outcome = "pass";
    try {
      options.iterations(scenarios).invocationsPerIteration(runs);
      options.threads(2).actorsPerThread(3).minimizeFailedScenario(false);
      options.check(structure);
    } catch (Throwable failure) {
      outcome = "fail";
      failure.printStackTrace();
    }
    System.out.println(name + "\t" + outcome);
  }
}
