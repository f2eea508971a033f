package dev.unpark.agent.core;

import dev.unpark.agent.hook.Hooks;
import dev.unpark.agent.hook.Weaver;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
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
      Doors.open(instrumentation);
      Weaver weaver = new Weaver(Hooks.all());
      if (options.on(Option.HOOKS)) {
        weave(weaver);
      }
      loop(weaver);
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

  private void loop(Weaver weaver) throws InterruptedException {
    Identity identity = Identity.read(System.getProperties(), System.getenv());
    Sampler sampler =
        new Sampler(identity.jvm(), Instant::now, List::of, () -> missingHooks(weaver));
    FindingSink sink = new FindingSink(options, log);
    Budget budget =
        new Budget(options.number(Option.CPU_BUDGET), options.duration(Option.SAMPLING_INTERVAL));
    OwnCpu cpu = new OwnCpu(own);
    int failures = 0;
    while (failures < MOST_FAILURES) {
      long begun = System.nanoTime();
      try {
        sink.observe(sampler.tick());
        failures = 0;
      } catch (RuntimeException | LinkageError failure) {
        failures++;
        log.once("a look failed (" + failure + ")");
      }
      long cpuNanos = cpu.nanos();
      if (budget.account(System.nanoTime(), cpuNanos) && budget.exceeded()) {
        log.once(
            "looks less often, since looking took more than cpu.budget=%s of one core"
                .formatted(options.text(Option.CPU_BUDGET)));
      }
      long rest = budget.interval().toMillis() - (System.nanoTime() - begun) / 1_000_000;
      Thread.sleep(Math.max(budget.interval().toMillis() / 4, rest));
    }
    log.once("stopped after %d failed looks in a row".formatted(MOST_FAILURES));
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
