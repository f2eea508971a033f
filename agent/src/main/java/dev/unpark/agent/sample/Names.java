package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ResourceKind;

/** Names of resources: ids, the class as its user knows it, and what kind of thing it is. */
final class Names {
  private static final String LOCKS = "java.util.concurrent.locks.";
  private static final String CONCURRENT = "java.util.concurrent.";

  private Names() {}

  /** Class and identity hash: the same at every look, and in what the JVM itself prints. */
  static String id(String className, int identityHash) {
    return className + "@" + Integer.toHexString(identityHash);
  }

  static String id(Object object) {
    return id(object.getClass().getName(), System.identityHashCode(object));
  }

  /** {@code ReentrantLock} for {@code ReentrantLock$NonfairSync}: the class that people wrote. */
  static String publicName(String className) {
    int dollar = className.indexOf('$');
    boolean inner = className.endsWith("Sync") || className.endsWith("CompletableFuture$Signaller");
    return dollar > 0 && inner ? className.substring(0, dollar) : className;
  }

  /** What kind of thing a park blocker of that class is. */
  static ResourceKind kindOfBlocker(String className) {
    String name = publicName(className);
    if (name.startsWith(LOCKS)) {
      return kindOfLock(name.substring(LOCKS.length()));
    }
    if (!name.startsWith(CONCURRENT)) {
      return className.endsWith("Sync") ? ResourceKind.SYNCHRONIZER : ResourceKind.OTHER;
    }
    String simple = name.substring(CONCURRENT.length());
    int dollar = simple.indexOf('$');
    return kindOfConcurrent(dollar < 0 ? simple : simple.substring(0, dollar));
  }

  private static ResourceKind kindOfLock(String simple) {
    if (simple.endsWith("ConditionObject")) {
      return ResourceKind.CONDITION;
    }
    return switch (simple) {
      case "ReentrantLock" -> ResourceKind.REENTRANT_LOCK;
      case "ReentrantReadWriteLock" -> ResourceKind.READ_WRITE_LOCK;
      case "StampedLock" -> ResourceKind.STAMPED_LOCK;
      default -> ResourceKind.SYNCHRONIZER;
    };
  }

  private static ResourceKind kindOfConcurrent(String simple) {
    return switch (simple) {
      case "Semaphore" -> ResourceKind.SEMAPHORE;
      case "CountDownLatch" -> ResourceKind.LATCH;
      case "CyclicBarrier", "Phaser", "Exchanger" -> ResourceKind.BARRIER;
      case "FutureTask", "CompletableFuture", "ForkJoinTask" -> ResourceKind.FUTURE;
      case "SynchronousQueue", "LinkedTransferQueue" -> ResourceKind.QUEUE;
      default -> simple.endsWith("Task") ? ResourceKind.FUTURE : ResourceKind.OTHER;
    };
  }
}
