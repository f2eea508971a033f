package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.model.Evidence;
import dev.unpark.diagnosis.model.ExecutorState;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.LockActivity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Occurrence;
import dev.unpark.diagnosis.model.QueueState;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hides names before a report is shared: those of threads, services, hosts and files, and, when
 * asked to, of classes. What stands for a name is the same throughout one report.
 *
 * <p>It works on observations, before they are examined, so a report holds nothing that its
 * detectors did not get to see either: there is no text to be searched afterwards. Names that the
 * JDK gives are kept, and so are the classes of the JDK and of well-known libraries.
 *
 * <p><b>Threading:</b> confined to one thread; it remembers every name that it has replaced.
 */
public final class Mask {
  private final boolean classes;
  private final MaskedNames names = new MaskedNames();
  private final MaskedCode code = new MaskedCode();
  private final Map<String, String> ids = new HashMap<>();

  /**
   * @param classes whether packages, classes and methods are hidden as well
   */
  public Mask(boolean classes) {
    this.classes = classes;
  }

  /** The observation with its names replaced. */
  public Observation observation(Observation seen) {
    return new Observation(
        jvm(seen.jvm()),
        seen.time(),
        seen.threads().stream().map(this::thread).toList(),
        seen.resources().stream().map(this::resource).toList(),
        seen.executors().stream().map(this::executor).toList(),
        seen.lockActivity().stream().map(this::activity).toList(),
        seen.limits(),
        seen.queues().stream().map(this::queue).toList(),
        seen.scheduler(),
        seen.occurrences().stream().map(this::occurrence).toList());
  }

  public JvmIdentity jvm(JvmIdentity jvm) {
    return new JvmIdentity(
        names.other("jvm", jvm.service()),
        names.other("instance", jvm.instance()),
        jvm.pid(),
        jvm.jdk());
  }

  /** What stands for a file's name; empty, which is standard input, stays empty. */
  public String source(String source) {
    return source.isEmpty() ? source : names.other("input", source);
  }

  /** What stands for a thread's name. */
  public String threadName(String name) {
    return names.thread(name);
  }

  /** What stands for the pattern of threads' names. */
  public String namePattern(String pattern) {
    return names.pattern(pattern);
  }

  /** What stands for a frame of code, or the frame itself when classes may be seen. */
  public String frame(String frame) {
    return classes ? code.frame(frame) : frame;
  }

  /** What stands for a class's name, or the name itself when classes may be seen. */
  public String className(String name) {
    return classes ? code.type(name) : name;
  }

  @Nullable
  public Evidence evidence(@Nullable Evidence evidence) {
    return evidence == null
        ? null
        : new Evidence(source(evidence.source()), evidence.from(), evidence.to());
  }

  private ObservedThread thread(ObservedThread thread) {
    Wait wait = thread.currentWait();
    return new ObservedThread(
        thread.id(),
        names.thread(thread.name()),
        thread.virtual(),
        thread.state(),
        wait == null
            ? null
            : new Wait(id(wait.resource()), wait.timed(), wait.turn(), wait.since()),
        thread.stack().stream().map(this::frame).toList(),
        evidence(thread.evidence()),
        thread.traits());
  }

  /** An id may carry a class's name. */
  private String id(String id) {
    return classes ? ids.computeIfAbsent(id, key -> "r" + (ids.size() + 1)) : id;
  }

  private Resource resource(Resource resource) {
    return classes
        ? new Resource(
            id(resource.id()),
            resource.kind(),
            code.type(resource.className()),
            code.frame(resource.site()),
            resource.release())
        : resource;
  }

  private ExecutorState executor(ExecutorState executor) {
    return new ExecutorState(
        executor.id(),
        names.pattern(executor.name()),
        className(executor.type()),
        frame(executor.site()),
        executor.workers(),
        executor.mayGrow(),
        executor.core(),
        executor.limit(),
        executor.active(),
        executor.queued(),
        executor.queueCapacity(),
        executor.completed(),
        executor.rejected(),
        executor.oldestQueued());
  }

  private LockActivity activity(LockActivity activity) {
    return classes
        ? new LockActivity(
            activity.kind(),
            code.type(activity.lockClass()),
            code.frame(activity.site()),
            activity.contentions(),
            activity.waitNanos())
        : activity;
  }

  private Occurrence occurrence(Occurrence occurrence) {
    return new Occurrence(
        occurrence.kind(),
        names.pattern(occurrence.subject()),
        frame(occurrence.site()),
        occurrence.count(),
        occurrence.recent(),
        occurrence.bunched());
  }

  private QueueState queue(QueueState queue) {
    return classes
        ? new QueueState(
            id(queue.id()),
            code.type(queue.className()),
            code.frame(queue.site()),
            queue.size(),
            queue.capacity(),
            queue.puts(),
            queue.takes())
        : queue;
  }

  /** The kind of a name: what {@link Frames#namePattern} makes of it. */
  static String kind(String name) {
    return Frames.namePattern(name);
  }
}
