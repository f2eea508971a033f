package dev.unpark.agent.sample;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What HotSpot's {@code Thread.print} tells of class initialisation: who waits for which class, and
 * who initialises which. All of it was true at one moment, since the JVM stands still meanwhile.
 *
 * <p>A thread's name may hold anything, quotes and line ends too. So the line that tells a thread's
 * number is read from its right end, and nothing counts that stands outside a thread's own block.
 *
 * @param threads ids of all threads that were printed, mounted virtual ones included
 * @param awaited the class that a thread waits for, by thread
 * @param initialised the classes that a thread initialises, innermost first, by thread
 * @param carriers the carrier of each mounted virtual thread
 * @param deepest frames of the longest stack
 */
record ThreadPrint(
    Set<Long> threads,
    Map<Long, String> awaited,
    Map<Long, List<String>> initialised,
    Map<Long, Long> carriers,
    int deepest) {
  private static final String FRAME = "\tat ";
  private static final String INITIALIZER = ".<clinit>(";
  private static final String MONITOR = "\t- waiting on the Class initialization monitor for ";
  private static final String MOUNTED = "   Mounted virtual thread ";
  private static final long NOBODY = -1;

  /** Reads the output of {@code Thread.print}. */
  static ThreadPrint parse(String text) {
    Reader reader = new Reader();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      reader.read(text, start, end);
      start = end + 1;
    }
    return new ThreadPrint(
        reader.threads, reader.awaited, reader.initialised, reader.carriers, reader.deepest);
  }

  /** Who initialises that class, as far as a frame of its static initialiser shows. */
  Set<Long> initialisersOf(String className) {
    Set<Long> found = new HashSet<>();
    initialised.forEach(
        (thread, classes) -> {
          if (classes.contains(className) && !className.equals(awaited.get(thread))) {
            found.add(thread);
          }
        });
    return found;
  }

  /**
   * Who may initialise that class though no frame shows it: a class's own initialiser runs only
   * when those of its superclass and interfaces have, so such a thread runs one of these, or waits
   * for one.
   */
  Set<Long> hiddenInitialisersOf(String className) {
    Set<Long> found = new HashSet<>(initialised.keySet());
    found.addAll(awaited.keySet());
    found.removeIf(thread -> className.equals(awaited.get(thread)));
    return found;
  }

  private static final class Reader {
    final Set<Long> threads = new HashSet<>();
    final Map<Long, String> awaited = new HashMap<>();
    final Map<Long, List<String>> initialised = new HashMap<>();
    final Map<Long, Long> carriers = new HashMap<>();
    int deepest;
    private long platform = NOBODY;
    private long current = NOBODY;
    private int depth;

    void read(String text, int start, int end) {
      if (start == end) {
        enter(NOBODY);
        platform = NOBODY;
      } else if (text.startsWith(FRAME, start)) {
        readFrame(text, start + FRAME.length(), end);
      } else if (text.startsWith(MONITOR, start)) {
        if (current != NOBODY) {
          awaited.put(current, text.substring(start + MONITOR.length(), end).trim());
        }
      } else if (text.startsWith(MOUNTED, start)) {
        readMounted(text, start, end);
      } else {
        readHeader(text.substring(start, end));
      }
    }

    private void enter(long thread) {
      current = thread;
      depth = 0;
      if (thread != NOBODY) {
        threads.add(thread);
      }
    }

    private void readFrame(String text, int start, int end) {
      deepest = Math.max(deepest, ++depth);
      int initializer = text.indexOf(INITIALIZER, start);
      if (current != NOBODY && initializer >= 0 && initializer < end) {
        initialised
            .computeIfAbsent(current, thread -> new ArrayList<>())
            .add(text.substring(start, initializer));
      }
    }

    private void readMounted(String text, int start, int end) {
      long id = number(text, text.lastIndexOf('#', end) + 1, end);
      if (platform != NOBODY && id != NOBODY && text.lastIndexOf('#', end) > start) {
        enter(id);
        carriers.put(id, platform);
      }
    }

    /** {@code "name" #12 [345] daemon prio=5 os_prio=0 … tid=0x… nid=… …}. */
    private void readHeader(String line) {
      int tid = line.lastIndexOf(" tid=0x");
      if (tid < 0) {
        return;
      }
      int mark = line.lastIndexOf("\" #", tid);
      int priority = line.lastIndexOf(" prio=", tid);
      platform = mark >= 0 && mark < priority ? number(line, mark + 3, priority) : NOBODY;
      enter(platform);
    }

    private static long number(String text, int start, int limit) {
      long number = 0;
      int at = start;
      while (at < limit && at - start < 18 && Character.digit(text.charAt(at), 10) >= 0) {
        number = number * 10 + Character.digit(text.charAt(at++), 10);
      }
      return at == start ? NOBODY : number;
    }
  }
}
