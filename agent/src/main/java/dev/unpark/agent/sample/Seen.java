package dev.unpark.agent.sample;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import dev.unpark.diagnosis.model.ThreadTraits;
import dev.unpark.diagnosis.model.Wait;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread while a look is being put together.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class Seen {
  final Thread thread;
  final long id;
  final boolean virtual;
  final ThreadState state;

  /** Id of the resource that it waits for, or null. */
  @Nullable String resource;

  /** Evidence of progress, see {@link Wait#turn}. */
  String turn = "";

  /** What the JVM counts of a platform thread; tells whether a stack taken later still fits. */
  String counts = "";

  @Nullable Instant since;
  List<String> stack = List.of();

  /** Whether the JVM made it for itself: no code of Java's stands in it, ever. */
  boolean ofTheJvm;

  /** Whether it runs code that is not Java's. */
  boolean inNative;

  /** Whether it waits to be notified. */
  boolean inMonitorWait;

  ThreadTraits traits = ThreadTraits.UNKNOWN;

  /** Whether the thread was seen in this very wait at the look before. */
  boolean still;

  Seen(Thread thread, boolean virtual, ThreadState state) {
    this.thread = thread;
    this.id = ThreadIds.of(thread);
    this.virtual = virtual;
    this.state = state;
  }

  boolean waits() {
    return resource != null;
  }

  ObservedThread toObserved() {
    String waitedFor = resource;
    Wait wait =
        waitedFor == null
            ? null
            : new Wait(waitedFor, state == ThreadState.TIMED_WAITING, turn, since);
    return ObservedThread.live(id, thread.getName(), virtual, state, wait, stack).with(traits);
  }
}
