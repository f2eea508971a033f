package dev.unpark.agent.core;

import dev.unpark.agent.export.Counts;
import dev.unpark.agent.export.Exporter;
import dev.unpark.agent.export.Exports;
import dev.unpark.agent.export.OwnState;
import dev.unpark.agent.hook.Hooks;
import dev.unpark.agent.hook.Weaver;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import dev.unpark.agent.recording.RecordingFeed;
import dev.unpark.agent.recording.RecordingTap;
import dev.unpark.agent.sample.Doors;
import dev.unpark.agent.sample.Sampler;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import java.lang.instrument.Instrumentation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The agent's life: weave, test the hooks, then look, diagnose and tell until the JVM ends.
 *
 * <p><b>Threading:</b> runs on the agent's sampler thread.
 */
final class Watch {
  /** After so many failed looks in a row the agent gives up rather than burn processor time. */
  private static final int MOST_FAILURES = 20;

  /** In calm times the receiver is told every so often that all is well. */
  private static final long CALM_NANOS = 1_900_000_000L;

  /** Flight Recorder starts when the application has had the processor for a while. */
  private static final long RECORDING_DELAY_NANOS = 3_000_000_000L;

  private final Options options;
  private final Instrumentation instrumentation;
  private final ThreadGroup host;
  private final ThreadGroup own;
  private final Log log;

  Watch(
      Options options,
      Instrumentation instrumentation,
      ThreadGroup host,
      ThreadGroup own,
      Log log) {
    this.options = options;
    this.instrumentation = instrumentation;
    this.host = host;
    this.own = own;
    this.log = log;
  }

  void run() {
    try {
      // First of all, so that a file that cannot be written is told even by a short-lived JVM.
      FindingSink sink = new FindingSink(options, log);
      Doors.open(instrumentation);
      Weaver weaver = new Weaver(Hooks.all());
      if (options.on(Option.HOOKS)) {
        weave(weaver);
      }
      loop(weaver, sink);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Throwable failure) {
      log.once("stopped (" + failure + "); the application runs on");
    }
  }

  private void weave(Weaver weaver) throws InterruptedException {
    weaver.weave(instrumentation);
    weaver.test(host);
    weaver
        .failures()
        .forEach((hook, why) -> log.once("hook '%s' is not active (%s)".formatted(hook, why)));
  }

  private void loop(Weaver weaver, FindingSink sink) throws InterruptedException {
    Identity identity = Identity.read(System.getProperties(), System.getenv());
    RecordingFeed recording = new RecordingFeed();
    Sampler sampler =
        new Sampler(identity.jvm(), Instant::now, recording::activity, () -> missingHooks(weaver));
    OwnState state = new OwnState();
    state.hooks(weaver.coverage());
    Counts counts = new Counts();
    Exporter exporter = startExport(identity, sampler, recording, state, counts);
    Budget budget =
        new Budget(options.number(Option.CPU_BUDGET), options.duration(Option.SAMPLING_INTERVAL));
    OwnCpu cpu = new OwnCpu(own);
    long started = System.nanoTime();
    boolean recordingStarted = !options.on(Option.JFR);
    long sentAt = 0;
    int failures = 0;
    while (failures < MOST_FAILURES) {
      long begun = System.nanoTime();
      try {
        Observation observation = sampler.tick();
        sink.observe(observation);
        if (exporter != null) {
          if (sampler.trouble() || sink.hasFindings() || begun - sentAt >= CALM_NANOS) {
            exporter.offer(observation);
            sentAt = begun;
          } else {
            counts.sampledOut(1);
          }
        }
        failures = 0;
      } catch (RuntimeException | LinkageError failure) {
        failures++;
        log.once("a look failed (" + failure + ")");
      }
      state.looked(System.nanoTime() - begun);
      state.cpu(cpu.nanos());
      if (!recordingStarted && System.nanoTime() - started > RECORDING_DELAY_NANOS) {
        recordingStarted = true;
        startRecording(recording, weaver);
      }
      if (budget.account(System.nanoTime(), cpu.nanos()) && budget.exceeded()) {
        log.once(
            "looks less often, since looking took more than cpu.budget=%s of one core"
                .formatted(options.text(Option.CPU_BUDGET)));
      }
      long rest = budget.interval().toMillis() - (System.nanoTime() - begun) / 1_000_000;
      Thread.sleep(Math.max(budget.interval().toMillis() / 4, rest));
    }
    log.once("stopped after %d failed looks in a row".formatted(MOST_FAILURES));
  }

  private @Nullable Exporter startExport(
      Identity identity, Sampler sampler, RecordingFeed recording, OwnState state, Counts counts) {
    String endpoint = options.text(Option.ENDPOINT);
    if (endpoint.isEmpty()) {
      return null;
    }
    try {
      Exporter exporter =
          Exports.to(
              endpoint,
              identity.jvm(),
              identity.attributes(),
              options.duration(Option.METRICS_INTERVAL),
              sampler,
              recording,
              state,
              counts,
              line -> log.once(endpoint + ": " + line));
      start(
          "unpark-export",
          () -> {
            try {
              exporter.run();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
            }
          });
      return exporter;
    } catch (RuntimeException | LinkageError failure) {
      log.once("cannot send to '%s' (%s); findings stay in this JVM".formatted(endpoint, failure));
      return null;
    }
  }

  private void startRecording(RecordingFeed feed, Weaver weaver) {
    boolean parksUnseen = !weaver.coverage().getOrDefault("synchronizer-wait", false);
    start("unpark-recording", () -> new RecordingTap(feed, parksUnseen).run());
  }

  /** A part that fails ends alone, and says so. */
  private void start(String name, Runnable part) {
    Thread thread =
        new Thread(
            own,
            () -> {
              try {
                part.run();
              } catch (Throwable failure) {
                if (isEnding()) {
                  return; // Nothing may be started any more, Flight Recorder neither: no news.
                }
                log.once("%s stopped (%s); the rest goes on".formatted(name, failure));
              }
            },
            name);
    thread.setDaemon(true);
    thread.setContextClassLoader(Watch.class.getClassLoader());
    thread.start();
  }

  /** Whether the JVM has begun to shut down: its list of shutdown hooks is then closed. */
  private static boolean isEnding() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread());
      return false;
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }

  private static List<String> missingHooks(Weaver weaver) {
    List<String> missing = new ArrayList<>();
    weaver
        .coverage()
        .forEach(
            (hook, active) -> {
              if (!active) {
                missing.add("what the hook '%s' would tell: it is not active".formatted(hook));
              }
            });
    return missing;
  }

  /** Where findings go: diagnosed here, then to the file and the log. */
  private static final class FindingSink {
    private final Diagnostician diagnostician = new Diagnostician();
    private final @Nullable FindingFile file;
    private final @Nullable FindingLog text;

    FindingSink(Options options, Log log) {
      String path = options.text(Option.FINDINGS_FILE);
      file = path.isEmpty() ? null : new FindingFile(path, log);
      text = options.text(Option.FINDINGS_LOG).equals("off") ? null : new FindingLog(log);
    }

    boolean hasFindings() {
      return !diagnostician.active().isEmpty();
    }

    void observe(Observation observation) {
      for (Finding finding : diagnostician.observe(observation)) {
        if (file != null) {
          file.add(finding);
        }
        if (text != null) {
          text.add(finding);
        }
      }
    }
  }
}
