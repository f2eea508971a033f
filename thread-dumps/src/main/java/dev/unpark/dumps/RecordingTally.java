package dev.unpark.dumps;

import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.dumps.RecordedStacks.Spelled;
import dev.unpark.dumps.WaitTally.Ended;
import dev.unpark.dumps.WaitTally.Key;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.EventType;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import org.jspecify.annotations.Nullable;

/** Adds up the events of one flight recording. Confined to its reader. */
final class RecordingTally implements RecordedEvents {
  private static final int MOST_TYPES = 2000;

  private final String source;
  private final ZoneId zone;
  private final RecordedStacks stacks = new RecordedStacks();
  private final ThreadTally threads = new ThreadTally();
  private final RecordingLimits limits = new RecordingLimits();
  private final WaitTally locks = new WaitTally();
  private final WaitTally sites = new WaitTally();
  private final WaitTally owners = new WaitTally();
  private final WaitTally signals = new WaitTally();
  private final WaitTally pinnings = new WaitTally();
  private final WaitTally sleeps = new WaitTally();
  private final Map<String, Long> events = new TreeMap<>();
  private final Collected dumps = new Collected(Instant.EPOCH);

  private @Nullable Instant start;
  private @Nullable Instant end;
  private long pid = JvmIdentity.UNKNOWN_PID;
  private String jdk = "";
  private String program = "";
  private long bytesLost;
  private long submitFailures;

  RecordingTally(String source, ZoneId zone) {
    this.source = source;
    this.zone = zone;
  }

  /** One of the types of event that the recording knows, whether it holds such an event or not. */
  @Override
  public void type(EventType type) {
    limits.type(type.getId(), type.getName());
  }

  @Override
  public boolean hasEvents() {
    return start != null;
  }

  @Override
  public void add(RecordedEvent event) {
    String type = event.getEventType().getName();
    if (events.size() < MOST_TYPES || events.containsKey(type)) {
      events.merge(type, 1L, Long::sum);
    }
    span(event);
    switch (type) {
      case "jdk.JavaMonitorEnter" -> monitorEnter(event);
      case "jdk.JavaMonitorWait" -> monitorWait(event);
      case "jdk.ThreadPark" -> park(event);
      case "jdk.VirtualThreadPinned" -> pinned(event);
      case "jdk.ThreadSleep" -> sleep(event);
      case "jdk.VirtualThreadSubmitFailed" -> submitFailures++;
      case "jdk.ThreadStart", "jdk.VirtualThreadStart" -> threads.started(subject(event));
      case "jdk.ThreadEnd", "jdk.VirtualThreadEnd" -> threads.ended(subject(event));
      case "jdk.ThreadDump" -> dump(event);
      case "jdk.JVMInformation" -> jvm(event);
      case "jdk.DataLoss" -> bytesLost += event.getLong("amount");
      case "jdk.ActiveSetting" -> limits.setting(event);
      default -> {
        // Of no concern to waiting.
      }
    }
  }

  private void span(RecordedEvent event) {
    Instant from = event.getStartTime();
    Instant to = event.getEndTime();
    if (start == null || from.isBefore(start)) {
      start = from;
    }
    if (end == null || to.isAfter(end)) {
      end = to;
    }
  }

  private void monitorEnter(RecordedEvent event) {
    Spelled stack = stacks.of(event.getStackTrace());
    Ended wait = ended(event, stack, false);
    String className = className(event, "monitorClass");
    entered(ResourceKind.MONITOR, className, stack, wait);
    owners.add(
        new Key(ResourceKind.MONITOR, "", "", ThreadTally.name(thread(event, "previousOwner"))),
        wait);
  }

  private void entered(ResourceKind kind, String className, Spelled stack, Ended wait) {
    locks.add(new Key(kind, className, "", ""), wait);
    sites.add(new Key(kind, className, stack.site(), ""), wait);
  }

  private void monitorWait(RecordedEvent event) {
    Spelled stack = stacks.of(event.getStackTrace());
    boolean timedOut = event.hasField("timedOut") && event.getBoolean("timedOut");
    ResourceKind kind =
        PrintedWait.isJoin(stack.frames()) ? ResourceKind.THREAD_END : ResourceKind.NOTIFICATION;
    signals.add(
        new Key(kind, className(event, "monitorClass"), stack.site(), ""),
        ended(event, stack, timedOut));
  }

  private void park(RecordedEvent event) {
    Spelled stack = stacks.of(event.getStackTrace());
    Ended wait = ended(event, stack, false);
    String parked = className(event, "parkedClass");
    LockClass lock = LockClass.ofBlocker(parked, stack.frames());
    switch (lock.kind()) {
      case MONITOR,
          CLASS_INITIALIZATION,
          REENTRANT_LOCK,
          READ_WRITE_LOCK,
          STAMPED_LOCK,
          SEMAPHORE,
          SYNCHRONIZER,
          CONNECTION_POOL ->
          entered(lock.kind(), lock.className(), stack, wait);
      case LATCH, BARRIER, CONDITION, NOTIFICATION, FUTURE, QUEUE, THREAD_END, REMOTE, OTHER ->
          signals.add(new Key(lock.kind(), lock.className(), stack.site(), ""), wait);
    }
  }

  /** From JDK 24 on the event tells why, and which operation. */
  private void pinned(RecordedEvent event) {
    Spelled stack = stacks.of(event.getStackTrace());
    String reason = text(event, "pinnedReason");
    String operation = text(event, "blockingOperation");
    String why =
        operation.isEmpty() || reason.isEmpty() ? operation + reason : operation + ": " + reason;
    pinnings.add(
        new Key(ResourceKind.OTHER, PrintedThread.cut(why), stack.site(), ""),
        ended(event, stack, false));
  }

  private void sleep(RecordedEvent event) {
    Spelled stack = stacks.of(event.getStackTrace());
    sleeps.add(new Key(ResourceKind.OTHER, "", stack.site(), ""), ended(event, stack, false));
  }

  private void dump(RecordedEvent event) {
    byte[] text = text(event, "result").getBytes(StandardCharsets.UTF_8);
    Instant taken = event.getStartTime();
    String place = source + "!/jdk.ThreadDump " + taken;
    LineRouter router =
        new LineRouter(
            place,
            zone,
            printed -> {
              printed.time = taken;
              dumps.add(printed);
            });
    try {
      LineSource lines = new LineSource(new ByteArrayInputStream(text));
      for (String line = lines.next(); line != null; line = lines.next()) {
        router.line(lines.number(), line);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    router.end();
  }

  private void jvm(RecordedEvent event) {
    String version = text(event, "jvmVersion");
    int parenthesis = version.indexOf('(');
    jdk = JdkVersion.ofVm(version.substring(parenthesis + 1).replace(")", " "));
    program = PrintedThread.cut(text(event, "javaArguments"));
    pid = event.hasField("pid") ? event.getLong("pid") : pid;
  }

  private static Ended ended(RecordedEvent event, Spelled stack, boolean timedOut) {
    RecordedThread thread = thread(event, "eventThread");
    return new Ended(
        event.getStartTime(),
        event.getDuration(),
        ThreadTally.name(thread),
        thread == null ? -1 : thread.getId(),
        timedOut,
        stack.frames());
  }

  private static @Nullable RecordedThread subject(RecordedEvent event) {
    RecordedThread named = thread(event, "thread");
    return named == null ? thread(event, "eventThread") : named;
  }

  private static @Nullable RecordedThread thread(RecordedEvent event, String field) {
    return event.hasField(field) ? event.getThread(field) : null;
  }

  private static String className(RecordedEvent event, String field) {
    RecordedClass type = event.hasField(field) ? event.getClass(field) : null;
    return type == null ? "" : PrintedThread.cut(type.getName());
  }

  private static String text(RecordedEvent event, String field) {
    String text = event.hasField(field) ? event.getString(field) : null;
    return text == null ? "" : text;
  }

  Recording recording(long bytesTorn) {
    JvmIdentity jvm =
        new JvmIdentity(
            Interpreter.serviceName(source),
            pid == JvmIdentity.UNKNOWN_PID ? "unknown" : "pid-" + pid,
            pid,
            jdk);
    List<Dump> taken = new ArrayList<>();
    for (Dump dump : dumps.dumps()) {
      taken.add(dump.taken(jvm, dump.observation().time()));
    }
    taken.sort(Comparator.comparing(dump -> dump.observation().time()));
    Instant from = start == null ? Instant.EPOCH : start;
    return new Recording(
        source,
        jvm,
        program,
        from,
        end == null ? from : end,
        taken,
        locks.byTime(),
        sites.byTime(),
        owners.byTime(),
        signals.byTime(),
        pinnings.byTime(),
        sleeps.byTime(),
        threads.byStarts(),
        submitFailures,
        new TreeMap<>(events),
        bytesLost,
        bytesTorn,
        limits.of(events, bytesTorn));
  }
}
