package dev.unpark.dumps;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.VirtualScheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One dump: one look at one JVM.
 *
 * @param form the shape in which it is written
 * @param observation what it says, in the model
 * @param timeKnown whether the dump tells its own time; otherwise the observation carries the time
 *     that the reader was given
 * @param jvmKey the same for two dumps only when they were taken of the same JVM; empty when the
 *     dump does not show which JVM it is of
 * @param threadCount how many threads it prints, those of the JVM itself included
 * @param unreadLines the lines that could not be read, the first {@link #UNREAD_KEPT} of them
 * @param unreadCount how many lines could not be read
 * @param truncated whether its end is missing
 * @param reportedDeadlocks what the JVM's own section at its end says
 * @param lines where it stands in its file
 */
public record Dump(
    DumpForm form,
    Observation observation,
    boolean timeKnown,
    String jvmKey,
    int threadCount,
    List<UnreadLine> unreadLines,
    int unreadCount,
    boolean truncated,
    List<ReportedDeadlock> reportedDeadlocks,
    Evidence lines) {
  /** More unread lines than this are counted, not kept. */
  public static final int UNREAD_KEPT = 100;

  public Dump {
    Objects.requireNonNull(form);
    Objects.requireNonNull(observation);
    Objects.requireNonNull(jvmKey);
    Objects.requireNonNull(lines);
    unreadLines = List.copyOf(unreadLines);
    reportedDeadlocks = List.copyOf(reportedDeadlocks);
  }

  /**
   * This dump, of which that could not be read either.
   *
   * @param tears whether its end is missing now
   */
  Dump without(UnreadLine lost, boolean tears) {
    List<UnreadLine> unread = new ArrayList<>(unreadLines);
    if (unread.size() >= UNREAD_KEPT) {
      unread.remove(unread.size() - 1);
    }
    unread.add(lost);
    return new Dump(
        form,
        observation,
        timeKnown,
        jvmKey,
        threadCount,
        unread,
        unreadCount + 1,
        truncated || tears,
        reportedDeadlocks,
        lines);
  }

  /** This dump, with the scheduler of virtual threads as it was seen at the same moment. */
  public Dump with(VirtualScheduler scheduler) {
    Observation known =
        new Observation(
            observation.jvm(),
            observation.time(),
            observation.threads(),
            observation.resources(),
            observation.executors(),
            observation.lockActivity(),
            observation.limits(),
            observation.queues(),
            scheduler);
    return new Dump(
        form,
        known,
        timeKnown,
        jvmKey,
        threadCount,
        unreadLines,
        unreadCount,
        truncated,
        reportedDeadlocks,
        lines);
  }

  /** This dump as one of a JVM that the reader knows better, taken at a moment that it knows. */
  public Dump taken(JvmIdentity jvm, Instant time) {
    Observation known =
        new Observation(
            jvm,
            time,
            observation.threads(),
            observation.resources(),
            observation.executors(),
            observation.lockActivity(),
            observation.limits(),
            observation.queues(),
            observation.scheduler());
    return new Dump(
        form,
        known,
        true,
        jvmKey,
        threadCount,
        unreadLines,
        unreadCount,
        truncated,
        reportedDeadlocks,
        lines);
  }
}
