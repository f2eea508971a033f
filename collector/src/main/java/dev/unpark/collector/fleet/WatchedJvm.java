package dev.unpark.collector.fleet;

import dev.unpark.collector.series.FindingCounts;
import dev.unpark.collector.series.SeriesStore;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.MalformedObservation;
import dev.unpark.telemetry.ObservationDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One JVM of the fleet.
 *
 * <p><b>Threading:</b> {@link #observe} and {@link #forget} belong to the JVM's worker; everything
 * public may be read by any thread.
 */
public final class WatchedJvm {
  /** What a thousand JVMs' looks take together. */
  private static final long LONG_NANOS = Duration.ofMillis(500).toNanos();

  private final String id;
  private final String tenant;
  private final Supplier<Diagnostician> newDiagnostician;
  private final IntSupplier mostRuns;
  private final FleetListener listener;
  private final SeriesStore series;
  private final FindingCounts counts = new FindingCounts();
  private final LaneHistory lanes = new LaneHistory();
  private final Instant firstReceived;
  private final LookMemory memory;

  private volatile JvmIdentity identity;
  private volatile Map<String, String> resource = Map.of();
  private volatile Instant lastReceived;
  private volatile @Nullable Instant lastLook;
  private volatile @Nullable Observation latest;
  private volatile List<Finding> open = List.of();
  private volatile boolean forgotten;
  private volatile Glance glance = Glance.NOTHING;
  private volatile long nanosOfLook;

  private final ObservationDecoder decoder;
  private Diagnostician diagnostician;
  private final Carried carried = new Carried();
  private OptionalLong stream = OptionalLong.empty();

  WatchedJvm(
      String tenant,
      JvmIdentity identity,
      Instant now,
      SeriesStore series,
      LookMemory memory,
      Supplier<Diagnostician> newDiagnostician,
      IntSupplier mostRuns,
      FleetListener listener) {
    this.id = JvmKey.of(identity).id();
    this.tenant = tenant;
    this.identity = identity;
    this.firstReceived = now;
    this.lastReceived = now;
    this.series = series;
    this.memory = memory;
    this.newDiagnostician = newDiagnostician;
    this.mostRuns = mostRuns;
    this.listener = listener;
    this.decoder = new ObservationDecoder(identity);
    this.diagnostician = newDiagnostician.get();
  }

  /** Who sends what it says; empty when everybody may. */
  public String tenant() {
    return tenant;
  }

  /** Names it in a URL: the same whenever a JVM of this service and instance reports. */
  public String id() {
    return id;
  }

  public JvmIdentity identity() {
    return identity;
  }

  /** The latest point of each metric series that its agent sent. */
  public SeriesStore series() {
    return series;
  }

  /** How often which findings opened. */
  public FindingCounts counts() {
    return counts;
  }

  /** The findings that are open, oldest first. */
  public List<Finding> open() {
    return open;
  }

  /** When anything first came from it, by the fleet's clock. */
  public Instant firstReceived() {
    return firstReceived;
  }

  /** When anything last came from it, by the fleet's clock. */
  public Instant lastReceived() {
    return lastReceived;
  }

  /** When it was last looked at, by its own clock; null before the first look. */
  public @Nullable Instant lastLook() {
    return lastLook;
  }

  /** What the last look saw; null before the first. */
  public @Nullable Observation latest() {
    return latest;
  }

  /** What the last look tells in three numbers; added up once for each look that is asked for. */
  public Glance glance() {
    Observation look = latest;
    Glance known = glance;
    if (look == known.look()) {
      return known;
    }
    Glance made = Glance.of(look);
    glance = made;
    return made;
  }

  /** What its threads did in the last minutes. */
  public LaneHistory lanes() {
    return lanes;
  }

  /** The attributes of its OTLP resource, as text. */
  public Map<String, String> resource() {
    return resource;
  }

  /**
   * False when a look at it was dropped for want of memory, and the next would be: its sender is to
   * be told.
   */
  public boolean hasRoom() {
    return memory.hasRoom();
  }

  /**
   * True when others are looked at and this one is not, since all of them come faster than can be
   * diagnosed: its sender is to slow down.
   */
  public boolean isShutOut() {
    return memory.isShutOut();
  }

  /** Whether its last look took a worker so long that others had to wait for it. */
  boolean takesLong() {
    return nanosOfLook > LONG_NANOS;
  }

  /** Whether anything is remembered of it. */
  boolean isSeen() {
    return memory.isHeld();
  }

  void received(Instant now, Map<String, String> newResource) {
    lastReceived = now;
    if (!resource.equals(newResource)) {
      resource = newResource;
    }
  }

  void observe(JvmIdentity sender, byte[] request, int from, int to, long arrivedNanos) {
    if (forgotten) {
      listener.observationDropped(sender, DropReason.FORGOTTEN, "the JVM was silent for too long");
      return;
    }
    decoder.of(sender);
    long withoutBase = decoder.withoutBase();
    long superseded = decoder.superseded();
    long withoutRoom = decoder.withoutRoom();
    try {
      Optional<Observation> observation = decoder.decode(request, from, to, memory);
      if (observation.isPresent()) {
        identity = sender;
        long began = System.nanoTime();
        diagnose(observation.get());
        nanosOfLook = System.nanoTime() - began;
        memory.keep(diagnostician.looks());
        listener.observationDiagnosed(System.nanoTime() - arrivedNanos);
      } else if (decoder.withoutRoom() > withoutRoom) {
        listener.observationDropped(
            sender, DropReason.MEMORY, "what is remembered of all JVMs fills the memory for it");
      } else if (decoder.withoutBase() > withoutBase) {
        listener.observationDropped(
            sender, DropReason.WITHOUT_BASE, "the full frame that it differs from has not come");
      } else if (decoder.superseded() > superseded) {
        listener.observationDropped(
            sender,
            DropReason.SUPERSEDED,
            "a newer process of this service.name and service.instance.id reports");
      } else {
        listener.observationDropped(sender, DropReason.LATE, "a newer frame has come before it");
      }
    } catch (MalformedObservation malformed) {
      String why = malformed.getMessage();
      listener.observationDropped(sender, DropReason.MALFORMED, why == null ? "" : why);
    }
  }

  private void diagnose(Observation observation) {
    boolean restarted = stream.isPresent() && !stream.equals(decoder.stream());
    stream = decoder.stream();
    Instant before = lastLook;
    // Frames arrive here in the order they were made, so a time that went back is a clock set back.
    boolean clockWentBack = before != null && !observation.time().isAfter(before);
    List<Finding> changes = new ArrayList<>();
    if (restarted || clockWentBack) {
      List<Finding> wasOpen = startAfresh();
      if (restarted) {
        wasOpen.forEach(finding -> changes.add(finding.in(Finding.State.CLOSED)));
      } else {
        carried.set(wasOpen, observation.time());
      }
      listener.jvmRestarted(identity);
    }
    changes.addAll(carried.reconcile(diagnostician.observe(observation), observation.time()));
    latest = observation;
    lanes.add(observation, mostRuns.getAsInt());
    publish(changes);
    // Last: whoever sees that a look was taken finds what was found in it.
    lastLook = observation.time();
  }

  /** Forgets the JVM's past; what was found in it is over. */
  void forget() {
    forgotten = true;
    publish(startAfresh().stream().map(finding -> finding.in(Finding.State.CLOSED)).toList());
    series.close();
    memory.close();
  }

  /**
   * Is not looked at until there is room again: what is remembered of it makes room for others.
   * Nothing is said to be over, and of a JVM in which something is open nothing is forgotten.
   */
  void stepBack() {
    if (!forgotten && open.isEmpty()) {
      startAfresh();
      latest = null;
      decoder.forget();
      memory.leave();
    }
  }

  /** The findings that were open. */
  private List<Finding> startAfresh() {
    List<Finding> wasOpen = open();
    diagnostician = newDiagnostician.get();
    carried.clear();
    lanes.clear();
    return wasOpen;
  }

  private void publish(List<Finding> changes) {
    // What is open is replaced first: whoever hears of a change finds it when he looks.
    open = carried.and(diagnostician.active());
    for (Finding change : changes) {
      counts.changed(change);
      listener.findingChanged(Concise.of(change));
    }
  }
}
