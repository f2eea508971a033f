package dev.unpark.dumps;

import java.util.Set;

/**
 * A scope of subtasks as a dump prints it.
 *
 * @param name its class and hash
 * @param parent the container that it was opened in
 * @param owner Java id of the thread that opened it
 * @param threads Java ids of its subtasks' threads that have not ended
 * @param isWhole whether the dump lists all of these
 */
record PrintedScope(String name, String parent, long owner, Set<Long> threads, boolean isWhole) {
  PrintedScope {
    threads = Set.copyOf(threads);
  }
}
