package dev.unpark.agent.core;

import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.agent.bootstrap.Slot;
import dev.unpark.agent.evidence.Evidence;
import dev.unpark.agent.export.Counts;
import dev.unpark.agent.export.Exporter;
import dev.unpark.agent.export.Exports;
import dev.unpark.agent.export.MetricsServer;
import dev.unpark.agent.export.OwnState;
import dev.unpark.agent.hook.Hooks;
import dev.unpark.agent.hook.PoolWeaver;
import dev.unpark.agent.hook.Weaver;
import dev.unpark.agent.library.LibraryWeaver;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import dev.unpark.agent.recording.RecordingFeed;
import dev.unpark.agent.recording.RecordingTap;
import dev.unpark.agent.sample.Doors;
import dev.unpark.agent.sample.Failures;
import dev.unpark.agent.sample.Sampler;
import dev.unpark.diagnosis.model.Observation;
import java.io.Closeable;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The agent's life: weave, test the hooks, then look, diagnose and tell until the JVM ends or
 * somebody takes the agent away.
 *
 * <p><b>Threading:</b> runs on the agent's sampler thread; any thread may {@link #detach}.
 */
final class Watch {
  /** After so many failed looks in a row the agent gives up rather than burn processor time. */
  private static final int MOST_FAILURES = 20;

  /** In calm times the receiver is told every so often that all is well. */
  private static final long CALM_NANOS = 1_900_000_000L;

  /**
   * Flight Recorder starts when the application has had the processor for a while, and there is
   * something to record: it takes 10 MB and more, whatever it records.
   */
  private static final long RECORDING_DELAY_NANOS = 3_000_000_000L;

  private static final long DETACH_PATIENCE_MILLIS = 12_000;

  private final Options options;
  private final Instrumentation instrumentation;
  private final ThreadGroup own;
  private final Log log;
  private final Parts parts;
  private final Weaver weaver;
  private final PoolWeaver pools;
  private final LibraryWeaver libraries = new LibraryWeaver();
  private final Thread thread;
  private final Object bell = new Object();
  private final OwnState state = new OwnState();
  private boolean stopping;
  private @Nullable RecordingTap tap;

  Watch(
      Options options,
      Instrumentation instrumentation,
      ThreadGroup own,
      PoolWeaver pools,
      Log log) {
    this.options = options;
    this.weaver =
        new Weaver(options.on(Option.PERMITS) ? Hooks.all() : Hooks.byDefault(), Failures::workOf);
    this.pools = pools;
    this.instrumentation = instrumentation;
    this.own = own;
    this.log = log;
    this.parts = new Parts(own, log);
    this.thread = new Thread(own, this::run, "unpark-sampler", 0, false);
  }

  void start() {
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    thread.start();
  }

  /** Takes the agent away, and comes back when it has gone, or does not go. */
  void detach() {
    synchronized (bell) {
      stopping = true;
      bell.notifyAll();
    }
    try {
      thread.join(DETACH_PATIENCE_MILLIS);
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      // First of all, so that a file that cannot be written is told even by a short-lived JVM.
      Evidence evidence = evidence();
      FindingSink sink = new FindingSink(options, log, evidence);
      Doors.open(instrumentation);
      if (evidence != null) {
        state.evidence(evidence);
        parts.start("unpark-evidence", evidence::run, evidence::stop);
      }
      if (options.on(Option.HOOKS)) {
        weave();
      }
      loop(sink);
    } catch (Throwable failure) {
      log.once("stopped (" + failure + "); the application runs on");
    } finally {
      leave();
    }
  }

  /** Takes profiles of findings; null when they are not wanted, or cannot be taken. */
  private @Nullable Evidence evidence() {
    String folder = options.text(Option.EVIDENCE);
    if (folder.isEmpty()) {
      return null;
    }
    Evidence evidence = new Evidence(folder, options.text(Option.EVIDENCE_PROFILER), log::once);
    String obstacle = evidence.obstacle();
    if (obstacle != null) {
      log.once("no evidence will be taken (%s); findings go on without".formatted(obstacle));
      return null;
    }
    return evidence;
  }

  private void weave() {
    if (!options.text(Option.LIBRARIES).equals("off")) {
      // Before the others: classes of libraries are being loaded while we start.
      libraries.install(instrumentation);
    }
    weaver.weave(instrumentation);
    test();
    Map<String, String> failures = new TreeMap<>(weaver.failures());
    failures.putAll(pools.failures());
    failures.forEach((hook, why) -> log.once("hook '%s' is not active (%s)".formatted(hook, why)));
  }

  /** Has every hook tried by a thread that is none of ours, since ours are not recorded. */
  private void test() {
    Runnable tests =
        () -> {
          weaver.test();
          pools.complete(instrumentation);
        };
    Thread tester = new Thread(own.getParent(), tests, "unpark-selftest", 0, false);
    tester.setDaemon(true);
    tester.start();
    try {
      tester.join();
    } catch (InterruptedException byAStranger) {
      // Hooks that were not tested count as not active.
    }
  }

  private void loop(FindingSink sink) {
    Identity identity = Identity.read(System.getProperties(), System.getenv());
    RecordingFeed recording = new RecordingFeed();
    Sampler sampler =
        new Sampler(identity.jvm(), Instant::now, recording::activity, this::missingHooks);
    state.hooks(this::coverage);
    Counts counts = new Counts();
    Exports exports =
        new Exports(
            options, identity.jvm(), identity.attributes(), sampler, recording, state, counts);
    Exporter exporter = startExport(exports);
    startServer(exports);
    long started = System.nanoTime();
    Governor governor =
        new Governor(
            options.number(Option.CPU_BUDGET), options.duration(Option.SAMPLING_INTERVAL), started);
    OwnCpu cpu = new OwnCpu(own);
    boolean recordingStarted = !options.on(Option.JFR);
    long sentAt = 0;
    int failures = 0;
    while (failures < MOST_FAILURES) {
      long begun = System.nanoTime();
      try {
        Observation observation = sampler.tick();
        sink.observe(observation);
        if (exporter != null) {
          exporter.unstick();
          if (sampler.trouble() || sink.hasFindings() || begun - sentAt >= CALM_NANOS) {
            exporter.offer(observation);
            sentAt = begun;
          } else {
            counts.sampledOut(1);
          }
        }
        failures = 0;
      } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
        // An application that is out of memory may recover, and is then worth watching.
        failures++;
        log.once("a look failed (" + failure + ")");
      }
      state.looked(System.nanoTime() - begun);
      RecordingTap recorder = tap;
      long used = cpu.nanos(recorder != null && recorder.alone());
      state.cpu(used);
      if (!recordingStarted
          && System.nanoTime() - started > RECORDING_DELAY_NANOS
          && (parksUnseen() || sampler.isWorthARecording())) {
        recordingStarted = true;
        startRecording(recording);
      }
      if (governor.account(System.nanoTime(), used)) {
        obey(governor, sampler);
      }
      long interval = governor.interval().toMillis();
      long rest = interval - (System.nanoTime() - begun) / 1_000_000;
      if (rest(Math.max(interval / 4, rest))) {
        return;
      }
    }
    log.once("stopped after %d failed looks in a row".formatted(MOST_FAILURES));
  }

  private void obey(Governor governor, Sampler sampler) {
    sampler.limitStacks(governor.step().stacks());
    if (tap != null) {
      tap.pace(governor.step().leastEvent());
    }
    String budget = "cpu.budget=%s of one core".formatted(options.text(Option.CPU_BUDGET));
    log.once(
        governor.restrained()
            ? "looks every %d ms for a while, to keep within %s"
                .formatted(governor.interval().toMillis(), budget)
            : "looks as often as it was told to again, well within " + budget);
  }

  /** Rests for so long, and answers whether it is time to go. */
  private boolean rest(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    synchronized (bell) {
      for (long left = millis; !stopping && left > 0; ) {
        try {
          bell.wait(left);
        } catch (InterruptedException byAStranger) {
          // Applications interrupt threads they do not know. Who ends this one says so by detach().
        }
        left = (end - System.nanoTime()) / 1_000_000;
      }
      return stopping;
    }
  }

  /** Leaves the JVM as it was, but for the bootstrap classes. */
  private void leave() {
    try {
      parts.stop();
      weaver.unweave(instrumentation);
      pools.unweave(instrumentation);
      libraries.remove(instrumentation);
      OwnThreads.forget();
      ((Closeable) Watch.class.getClassLoader()).close();
    } catch (IOException | RuntimeException | LinkageError failure) {
      log.once("could not be taken away entirely (" + failure + ")");
    } finally {
      Slot.release();
    }
  }

  private @Nullable Exporter startExport(Exports exports) {
    String endpoint = options.shown(Option.ENDPOINT);
    if (endpoint.isEmpty()) {
      return null;
    }
    try {
      Exporter exporter = exports.exporter(line -> log.once(endpoint + ": " + line));
      parts.start("unpark-export", exporter::run, exporter::stop);
      return exporter;
    } catch (RuntimeException | LinkageError failure) {
      log.once("cannot send to '%s' (%s); findings stay in this JVM".formatted(endpoint, failure));
      return null;
    }
  }

  private void startServer(Exports exports) {
    String port = options.text(Option.PROMETHEUS_PORT);
    if (port.isEmpty()) {
      return;
    }
    String host = options.text(Option.PROMETHEUS_HOST);
    try {
      MetricsServer server = exports.server();
      parts.start("unpark-metrics", server::run, server::stop);
      log.once("metrics at http://%s:%d/metrics".formatted(host, server.port()));
    } catch (IOException | RuntimeException refused) {
      log.once(
          "cannot serve metrics at %s:%s (%s); expected a free port"
              .formatted(host, port, refused.getMessage()));
    }
  }

  private boolean parksUnseen() {
    return !weaver.coverage().getOrDefault("synchronizer-wait", false);
  }

  private void startRecording(RecordingFeed feed) {
    try {
      RecordingTap started = new RecordingTap(feed, parksUnseen());
      parts.start("unpark-recording", started::run, started::stop);
      tap = started;
    } catch (LinkageError withoutFlightRecorder) {
      log.once("this Java runtime lacks the module jdk.jfr; monitor waits that end are not seen");
    }
  }

  private Map<String, Boolean> coverage() {
    Map<String, Boolean> all = new HashMap<>(libraries.coverage());
    all.putAll(weaver.coverage());
    all.putAll(pools.coverage());
    return all;
  }

  private List<String> missingHooks() {
    List<String> missing = new ArrayList<>();
    coverage()
        .forEach(
            (hook, active) -> {
              if (!active) {
                missing.add("what the hook '%s' would tell: it is not active".formatted(hook));
              }
            });
    return missing;
  }
}
