package dev.unpark.agent.export;

import dev.unpark.agent.bootstrap.LockCounters;
import dev.unpark.agent.bootstrap.ServerRequests;
import dev.unpark.agent.bootstrap.TaskSamples;
import dev.unpark.agent.bootstrap.WaitTable;
import dev.unpark.agent.evidence.Evidence;
import dev.unpark.agent.recording.RecordingFeed;
import dev.unpark.agent.sample.LockLedger;
import dev.unpark.agent.sample.Sampler;
import dev.unpark.agent.sample.WaitProfile;
import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import dev.unpark.telemetry.Metric;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads every metric that the agent has.
 *
 * <p><b>Threading:</b> the exporter's thread, and that of {@link MetricsServer}, one at a time.
 * Cardinality: sites are bounded by {@link LockLedger}.
 */
final class Measurements implements Consumer<Readings> {
  private static final int MOST_SITES = 200;
  private static final String OTHER = "other";
  private static final String UNKNOWN = "unknown";

  private static final List<Double> LOCK_BOUNDS =
      Arrays.stream(LockCounters.bounds()).mapToObj(nanos -> nanos / 1e9).toList();
  private static final List<Double> LOOK_BOUNDS = Arrays.stream(OwnState.BOUNDS).boxed().toList();

  private final Sampler sampler;
  private final RecordingFeed recording;
  private final OwnState own;
  private final Counts counts;
  private final ExecutorMeasurements executors;
  private final LibraryMeasurements libraries = new LibraryMeasurements();

  Measurements(Sampler sampler, RecordingFeed recording, OwnState own, Counts counts) {
    this.sampler = sampler;
    this.executors = new ExecutorMeasurements(sampler);
    this.recording = recording;
    this.own = own;
    this.counts = counts;
  }

  @Override
  public synchronized void accept(Readings readings) {
    locks(readings, sampler.ledger().sites());
    locks(readings, recording.sites());
    readings.add(
        Metric.VIRTUAL_THREAD_PINNED,
        recording.pinned().buckets(),
        recording.pinned().nanos() / 1e9,
        LOCK_BOUNDS);
    sampler
        .threadCounts()
        .forEach(
            (kind, number) ->
                readings.add(
                    Metric.THREAD_COUNT,
                    number,
                    kind.state().name().toLowerCase(Locale.ROOT),
                    kind.daemon()));
    Observation last = sampler.last();
    if (last != null) {
      waiters(readings, last);
    }
    pressure(readings);
    executors.accept(readings);
    libraries.accept(readings);
    self(readings);
  }

  private static void locks(Readings readings, Map<LockLedger.Site, LockLedger.Sums> sites) {
    sites.forEach(
        (site, sums) -> {
          String kind = site.kind().label();
          String place = label(site.site());
          readings.add(
              Metric.LOCK_WAIT_DURATION,
              sums.buckets(),
              sums.nanos() / 1e9,
              LOCK_BOUNDS,
              kind,
              site.lockClass(),
              place,
              site.abandoned() ? "abandoned" : "acquired");
          readings.add(Metric.LOCK_CONTENTIONS, sums.count(), kind, site.lockClass(), place);
          if (sums.hasHolds()) {
            readings.add(
                Metric.LOCK_HOLD_DURATION,
                sums.held(),
                sums.heldNanos() / 1e9,
                LOCK_BOUNDS,
                kind,
                site.lockClass(),
                place);
          }
        });
  }

  static String label(String site) {
    return site.isEmpty() ? UNKNOWN : Frames.withoutHiddenNumbers(Frames.brief(site));
  }

  private static void waiters(Readings readings, Observation last) {
    Map<String, Resource> resources = new HashMap<>();
    last.resources().forEach(resource -> resources.put(resource.id(), resource));
    Map<String, Integer> bySite = new HashMap<>();
    for (ObservedThread thread : last.threads()) {
      Wait wait = thread.currentWait();
      Resource resource = wait == null ? null : resources.get(wait.resource());
      if (resource != null && WaitProfile.isLock(resource)) {
        String site = label(resource.site());
        boolean room = bySite.size() < MOST_SITES || bySite.containsKey(site);
        bySite.merge(room ? site : OTHER, 1, Integer::sum);
      }
    }
    bySite.forEach((site, number) -> readings.add(Metric.LOCK_WAITER_COUNT, number, site));
  }

  private void pressure(Readings readings) {
    sampler
        .profile()
        .pressure()
        .forEach((site, share) -> readings.add(Metric.LOCK_PRESSURE, share, label(site)));
  }

  private void self(Readings readings) {
    readings.add(Metric.AGENT_EVENTS, counts.recorded(), "recorded");
    readings.add(
        Metric.AGENT_EVENTS, counts.sampledOut() + ServerRequests.unmeasured(), "sampled_out");
    readings.add(
        Metric.AGENT_EVENTS,
        counts.dropped()
            + WaitTable.dropped()
            + TaskSamples.dropped()
            + LockCounters.dropped()
            + LibraryMeasurements.dropped(),
        "dropped");
    own.hooks()
        .forEach((hook, active) -> readings.add(Metric.AGENT_HOOK_ACTIVE, active ? 1 : 0, hook));
    Evidence evidence = own.evidence();
    if (evidence != null) {
      readings.add(Metric.AGENT_EVIDENCE, evidence.captured(), "captured");
      readings.add(Metric.AGENT_EVIDENCE, evidence.limited(), "limited");
      readings.add(Metric.AGENT_EVIDENCE, evidence.failed(), "failed");
    }
    readings.add(Metric.AGENT_CPU_TIME, own.cpuSeconds());
    readings.add(Metric.AGENT_SAMPLER_DURATION, own.looks(), own.lookSeconds(), LOOK_BOUNDS);
  }
}
