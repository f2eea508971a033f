package dev.unpark.agent.evidence;

import dev.unpark.diagnosis.finding.Attachment;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.report.FindingJson;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records a few seconds of a JVM in which something was found.
 *
 * <p><b>Threading:</b> the sampler's thread {@link #ask}s and takes what is {@link #taken}; one
 * thread {@link #run}s; any thread may {@link #stop} it and read the counts. <b>When full:</b> one
 * capture at a time; see {@link CaptureLimits} for what is refused, and counted, and {@link
 * CaptureFolder} for the disk. A recording that grows beyond {@value #MOST_BYTES} bytes ends early.
 */
public final class Evidence {
  private static final Duration LENGTH = Duration.ofSeconds(5);
  private static final Duration GLANCE = Duration.ofMillis(200);
  private static final int MOST_BYTES = 64 << 20;

  private final CaptureFolder folder;
  private final String profilerJar;
  private final Consumer<String> tell;
  private final CaptureLimits limits = new CaptureLimits();
  private final AtomicLong captured = new AtomicLong();
  private final AtomicLong limited = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<Capture> done = new ArrayList<>();
  private @Nullable Profiler profiler;
  private @Nullable Finding wanted;
  private boolean stopped;

  /** A finding, and the files that show it. */
  public record Capture(Finding finding, List<Attachment> files) {}

  /**
   * @param folder where captures go
   * @param profilerJar the jar of async-profiler; empty looks beside the agent's own
   * @param tell says one line to the user
   */
  public Evidence(String folder, String profilerJar, Consumer<String> tell) {
    this.folder = new CaptureFolder(new File(folder));
    this.profilerJar = profilerJar;
    this.tell = tell;
  }

  /** What keeps it from taking evidence, known before anything is found; null when nothing does. */
  public @Nullable String obstacle() {
    try {
      if (folder.root().getPath().contains(",")) {
        return "the profiler takes no folder with a comma in its name";
      }
      jar();
      return null;
    } catch (IOException refused) {
      return refused.getMessage();
    }
  }

  /** Wants a capture of that finding, if it is new and there is not too much of it already. */
  public void ask(Finding finding) {
    if (!CaptureLimits.concerns(finding)) {
      return;
    }
    if (!limits.allows(finding, System.nanoTime())) {
      limited.incrementAndGet();
      return;
    }
    synchronized (this) {
      wanted = finding;
      notifyAll();
    }
  }

  /** Captures that have been finished since the last call. */
  public synchronized List<Capture> taken() {
    List<Capture> taken = List.copyOf(done);
    done.clear();
    return taken;
  }

  /** Captures what is asked for until stopped, or until it cannot be done at all. */
  public void run() {
    while (true) {
      Finding finding = await();
      if (finding == null) {
        return;
      }
      try {
        Capture capture = capture(finding);
        captured.incrementAndGet();
        synchronized (this) {
          done.add(capture);
        }
      } catch (IOException refused) {
        failed.incrementAndGet();
        tell.accept(
            "no evidence of '%s' (%s); findings go on without"
                .formatted(finding.type(), refused.getMessage()));
        if (profiler == null) {
          return; // What cannot be loaded now will not be later.
        }
      }
    }
  }

  /** Ends {@link #run} soon; a capture that is being taken is cut short. */
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  private synchronized @Nullable Finding await() {
    while (wanted == null && !stopped) {
      rest(0);
    }
    Finding next = stopped ? null : wanted;
    wanted = null;
    return next;
  }

  private synchronized void rest(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException byAStranger) {
      // Who ends this thread says so by stop().
    }
  }

  private Capture capture(Finding finding) throws IOException {
    Profiler recorder = profiler;
    if (recorder == null) {
      recorder = AsyncProfiler.load(jar(), folder.root());
      profiler = recorder;
    }
    File place = folder.next(finding, Instant.now(), finding.jvm().pid());
    File recording = new File(place, CaptureFolder.RECORDING);
    File flameGraph = new File(place, CaptureFolder.FLAME_GRAPH);
    try {
      recorder.start(recording);
    } catch (IOException refused) {
      CaptureFolder.remove(place);
      throw refused;
    }
    try {
      record(recording);
    } finally {
      recorder.stop(recording, flameGraph, "Unpark - " + finding.type());
    }
    List<Attachment> files =
        List.of(
            new Attachment(Attachment.Kind.FLAME_GRAPH, flameGraph.getPath()),
            new Attachment(Attachment.Kind.RECORDING, recording.getPath()));
    try (OutputStream out = new FileOutputStream(new File(place, CaptureFolder.FINDING))) {
      out.write((FindingJson.line(finding, files) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return new Capture(finding, files);
  }

  /** Lets time pass while the profiler works. */
  private synchronized void record(File recording) {
    long end = System.nanoTime() + LENGTH.toNanos();
    while (!stopped && System.nanoTime() - end < 0 && recording.length() < MOST_BYTES) {
      rest(GLANCE.toMillis());
    }
  }

  private File jar() throws IOException {
    if (!profilerJar.isEmpty()) {
      File jar = new File(profilerJar).getAbsoluteFile();
      if (!jar.isFile()) {
        throw new IOException("there is no file '" + jar + "'");
      }
      return jar;
    }
    CodeSource own = Evidence.class.getProtectionDomain().getCodeSource();
    File beside =
        own == null ? null : new File(URI.create(own.getLocation().toString())).getParentFile();
    File[] found =
        beside == null
            ? null
            : beside.listFiles((parent, name) -> name.matches("async-profiler-[0-9.]+\\.jar"));
    if (found == null || found.length == 0) {
      throw new IOException(
          "no async-profiler-VERSION.jar beside the agent's; expected evidence.profiler=JAR, the"
              + " artifact tools.profiler:async-profiler");
    }
    Arrays.sort(found);
    return found[found.length - 1];
  }

  /** Captures that were finished. */
  public long captured() {
    return captured.get();
  }

  /** Captures that were refused, so that they do not become too many. */
  public long limited() {
    return limited.get();
  }

  /** Captures that could not be taken. */
  public long failed() {
    return failed.get();
  }
}
