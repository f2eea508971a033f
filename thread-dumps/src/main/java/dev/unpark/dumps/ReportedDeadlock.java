package dev.unpark.dumps;

import java.util.List;

/**
 * A deadlock that the JVM itself printed at the end of its dump. It is kept to be compared with,
 * not to be believed: the JVM sees neither read locks nor virtual threads nor pools.
 *
 * @param names the threads' names, in the order printed; names need not be unique
 * @param threads the ids of those among them that could be told apart
 */
public record ReportedDeadlock(List<String> names, List<Long> threads) {
  public ReportedDeadlock {
    names = List.copyOf(names);
    threads = List.copyOf(threads);
  }
}
