package dev.unpark.diagnosis.model;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thread as it was seen.
 *
 * @param id the Java thread id where the source has one; otherwise any number that is unique in the
 *     observation and stays the thread's own from one look to the next
 * @param name its name, unnormalised; may be empty, may hold anything
 * @param virtual whether it is a virtual thread
 * @param state its state
 * @param currentWait what it waits for, or null when it waits for nothing that was seen
 * @param stack frames, innermost first, each as {@code package.Class.method(File.java:12)} without
 *     module or loader; empty when no stack was taken
 * @param evidence where a dump says so, or null for a live look
 * @param traits what else is known of it
 */
public record ObservedThread(
    long id,
    String name,
    boolean virtual,
    ThreadState state,
    @Nullable Wait currentWait,
    List<String> stack,
    @Nullable Evidence evidence,
    ThreadTraits traits) {
  public ObservedThread {
    Objects.requireNonNull(traits);
    Objects.requireNonNull(name);
    Objects.requireNonNull(state);
    stack = List.copyOf(stack);
  }

  /** A thread of which nothing else is known. */
  public ObservedThread(
      long id,
      String name,
      boolean virtual,
      ThreadState state,
      @Nullable Wait currentWait,
      List<String> stack,
      @Nullable Evidence evidence) {
    this(id, name, virtual, state, currentWait, stack, evidence, ThreadTraits.UNKNOWN);
  }

  /** The same thread, of which this is known as well. */
  public ObservedThread with(ThreadTraits known) {
    return new ObservedThread(id, name, virtual, state, currentWait, stack, evidence, known);
  }

  /** A thread without evidence lines, as a live look yields it. */
  public static ObservedThread live(
      long id,
      String name,
      boolean virtual,
      ThreadState state,
      @Nullable Wait currentWait,
      List<String> stack) {
    return new ObservedThread(id, name, virtual, state, currentWait, stack, null);
  }
}
