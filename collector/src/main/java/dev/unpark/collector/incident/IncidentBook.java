package dev.unpark.collector.incident;

import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.diagnosis.finding.Finding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one incident of the same finding in many instances.
 *
 * <p><b>Threading:</b> any thread may tell of a finding; one thread of its own keeps the book,
 * writes what changed in one transaction, and tells listeners after it. <b>When full:</b> a change
 * that finds no room in the queue is not kept; soon after, the book is compared with all findings
 * that are open, so that nothing but the moment is lost. <b>When the store is gone:</b> changes are
 * held in the book, written when it is back, and nobody is told of them before.
 */
public final class IncidentBook implements FleetListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");
  private static final int CAPACITY = 10_000;
  private static final int BATCH = 1_000;
  private static final int MAX_LIVE = 10_000;

  /** Whoever may send could name ten thousand services, and argue at length in each. */
  private static final long MAX_HELD = Math.max(4 << 20, Runtime.getRuntime().maxMemory() / 16);

  /** Who ask for the same while the store is away. */
  private static final int MAX_WAITING = 1_000;

  private static final Duration NEXT_TRY = Duration.ofSeconds(1);
  private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
  private static final Duration A_JUMP = Duration.ofMinutes(1);
  private static final Duration AFTER_A_JUMP = Duration.ofHours(1);

  private final IncidentStore store;
  private final Clock clock;
  private final Clock steady;
  private final Settings settings;
  private final Supplier<List<Finding>> openFindings;
  private final List<IncidentListener> listeners;
  private final BookCounts counts;
  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Map<Key, LiveIncident> live = new HashMap<>();
  private final Map<String, Pending> unwritten = new LinkedHashMap<>();
  private final Instant started;
  private final Thread writer = new Thread(this::keep, "unpark-incidents");
  private volatile boolean overflown;
  private volatile boolean closing;
  private volatile boolean working = true;
  private volatile long open;
  private volatile long size;
  private long held;
  private Instant nextCare;
  private @Nullable Instant lastForgotten;
  private Duration ahead;
  private Instant ageCountsFrom = Instant.MIN;

  /**
   * @param reopenWithin a trouble that comes again so soon is the same incident
   * @param confirmWithin an instance that is not seen again so long after our start is rid of it
   * @param keepClosed how long a closed incident is kept
   * @param keepMost how many incidents are kept
   * @param keepBytes how much room they may take, evidence included
   */
  public record Settings(
      Duration reopenWithin,
      Duration confirmWithin,
      Duration keepClosed,
      int keepMost,
      long keepBytes) {}

  /** Counts what becomes of incidents. */
  public interface BookCounts extends Retention.Heard {
    /** A change found no room in the queue. */
    void overflow();

    /** An incident found no room in the book. */
    void refused();

    /** The store could not be written. */
    void storeFailed();
  }

  private record Key(String service, String signature) {}

  /** A finding that changed, or somebody who takes an incident on. */
  private record Entry(
      @Nullable Finding finding,
      String incident,
      String by,
      @Nullable CompletableFuture<Optional<Incident>> answer) {}

  /** What is to be written, and who waits for it. */
  private record Pending(
      LiveIncident incident, List<CompletableFuture<Optional<Incident>>> waiting) {}

  /**
   * @param clock what is written down is of this time
   * @param steady says how much time has passed, also when the other is set anew
   * @param openFindings every finding that is open in the fleet
   */
  public IncidentBook(
      IncidentStore store,
      Clock clock,
      Clock steady,
      Settings settings,
      Supplier<List<Finding>> openFindings,
      List<IncidentListener> listeners,
      BookCounts counts)
      throws IncidentStore.Unavailable {
    this.store = store;
    this.clock = clock;
    this.steady = steady;
    this.settings = settings;
    this.openFindings = openFindings;
    this.listeners = List.copyOf(listeners);
    this.counts = counts;
    this.started = steady.instant();
    this.nextCare = started.plus(NEXT_TRY);
    this.ahead = ahead();
    read();
    writer.setDaemon(true);
    writer.start();
  }

  private void read() throws IncidentStore.Unavailable {
    List<Incident> kept = new ArrayList<>();
    kept.addAll(store.list(new IncidentStore.Query(true, null, null, null, MAX_LIVE)));
    // Those that ended a moment ago may come again.
    store.list(new IncidentStore.Query(false, null, null, null, 1_000)).stream()
        .filter(this::mayComeAgain)
        .forEach(kept::add);
    for (Incident each : kept) {
      Incident whole = store.find(each.id()).orElse(each);
      LiveIncident incident = new LiveIncident(whole, steady);
      boolean first =
          live.putIfAbsent(new Key(whole.service(), whole.signature()), incident) == null;
      if (!first && whole.isOpen()) {
        // Two collectors' incidents of the same trouble, put together by an import: one goes on.
        Instant now = clock.instant();
        incident.affected().forEach(instance -> incident.over(instance, now));
        changed(incident);
      }
    }
  }

  private boolean mayComeAgain(Incident closed) {
    Instant end = closed.closedAt();
    return end != null && end.plus(settings.reopenWithin).isAfter(clock.instant());
  }

  @Override
  public void findingChanged(Finding finding) {
    if (!queue.offer(new Entry(finding, "", "", null))) {
      counts.overflow();
      overflown = true;
    }
  }

  /**
   * Says that somebody takes an incident on.
   *
   * @return done when it is on disk; empty when there is no such incident that is open
   */
  public CompletableFuture<Optional<Incident>> acknowledge(String incident, String by) {
    CompletableFuture<Optional<Incident>> answer = new CompletableFuture<>();
    if (closing || !queue.offer(new Entry(null, incident, by, answer))) {
      answer.completeExceptionally(new IllegalStateException("too much waits to be written"));
    }
    return answer;
  }

  /** How many incidents are open. */
  public long open() {
    return open;
  }

  /** How much room the store took when it was last looked at, in bytes. */
  public long size() {
    return size;
  }

  /** Whether what changed could be written when it was last tried. */
  public boolean working() {
    return working;
  }

  private void keep() {
    List<Entry> batch = new ArrayList<>();
    Instant nextTry = started;
    try {
      while (!closing || !queue.isEmpty()) {
        Entry first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
        }
        Instant now = clock.instant();
        batch.forEach(entry -> take(entry, now));
        batch.clear();
        try {
          Instant passed = steady.instant();
          care(now, passed);
          open = live.values().stream().filter(each -> !each.isClosed()).count();
          if (!unwritten.isEmpty() && !passed.isBefore(nextTry) && !write()) {
            nextTry = steady.instant().plus(NEXT_TRY);
          }
        } catch (RuntimeException fault) {
          // Without this thread no incident would ever be kept again.
          LOG.atError().setCause(fault).log("internal fault while keeping incidents");
          nextTry = steady.instant().plus(NEXT_TRY);
        }
      }
      if (!unwritten.isEmpty() && !write()) {
        LOG.atError().addKeyValue("incidents", unwritten.size()).log("incidents were not written");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(Entry entry, Instant now) {
    try {
      Finding finding = entry.finding;
      if (finding != null) {
        take(finding, now);
      } else if (entry.answer != null) {
        acknowledge(entry.incident, entry.by, entry.answer, now);
      }
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("internal fault while keeping incidents");
    }
  }

  private void take(Finding finding, Instant now) {
    Key key = new Key(finding.jvm().service(), finding.id());
    LiveIncident incident = live.get(key);
    if (finding.state() == Finding.State.CLOSED) {
      if (incident != null && incident.over(finding.jvm().instance(), now)) {
        changed(incident);
      }
      return;
    }
    if (incident == null || isOver(incident, now)) {
      if (live.size() >= MAX_LIVE || held >= MAX_HELD) {
        counts.refused();
        return;
      }
      incident = new LiveIncident(UUID.randomUUID().toString(), finding, now, steady);
      incident.seen(finding, now);
      live.put(key, incident);
      held += incident.length();
      changed(incident);
    } else if (incident.seen(finding, now)) {
      changed(incident);
    }
  }

  private void acknowledge(
      String id, String by, CompletableFuture<Optional<Incident>> answer, Instant now) {
    Optional<LiveIncident> found =
        live.values().stream()
            .filter(incident -> incident.id().equals(id) && !incident.isClosed())
            .findFirst();
    if (found.isEmpty()) {
      answer.complete(Optional.empty());
      return;
    }
    Pending pending = unwritten.get(id);
    if (pending != null && pending.waiting.size() >= MAX_WAITING) {
      answer.completeExceptionally(new IllegalStateException("too many wait for it already"));
      return;
    }
    found.get().acknowledge(by, now);
    changed(found.get()).waiting.add(answer);
  }

  private Pending changed(LiveIncident incident) {
    return unwritten.computeIfAbsent(incident.id(), id -> new Pending(incident, new ArrayList<>()));
  }

  /** What has to be done now and then. */
  private void care(Instant now, Instant passed) {
    if (passed.isBefore(nextCare)) {
      return;
    }
    nextCare = passed.plus(NEXT_TRY);
    noticeJumps(passed);
    if (overflown && queue.isEmpty()) {
      overflown = false;
      compareWithFleet(now);
    }
    if (passed.isAfter(started.plus(settings.confirmWithin))) {
      for (LiveIncident incident : live.values()) {
        for (String instance : incident.unconfirmed()) {
          if (incident.over(instance, now)) {
            changed(incident);
          }
        }
      }
    }
    held = live.values().stream().mapToLong(LiveIncident::length).sum();
    live.values()
        .removeIf(incident -> isOver(incident, now) && !unwritten.containsKey(incident.id()));
    forgetOld(now, passed);
  }

  /**
   * A clock that was set forward by a year would have every closed incident forgotten at once. So
   * nothing is forgotten by age for a while after it was set; whoever sets it has time to see that
   * it is wrong.
   */
  private void noticeJumps(Instant passed) {
    Duration before = ahead;
    ahead = ahead();
    if (ahead.minus(before).abs().compareTo(A_JUMP) > 0) {
      ageCountsFrom = passed.plus(AFTER_A_JUMP);
      LOG.atWarn()
          .addKeyValue("seconds", ahead.minus(before).toSeconds())
          .log("the clock of this machine was set; nothing is forgotten by age for an hour");
    }
  }

  /** How far the machine's clock is ahead of the steady one. */
  private Duration ahead() {
    return Duration.between(steady.instant(), clock.instant());
  }

  /** Whether it ended so long ago that the same trouble is another incident. */
  private boolean isOver(LiveIncident incident, Instant now) {
    return incident.wasOverFor(settings.reopenWithin, now);
  }

  private void compareWithFleet(Instant now) {
    Map<Key, Set<String>> open = new HashMap<>();
    for (Finding finding : openFindings.get()) {
      take(finding, now);
      open.computeIfAbsent(new Key(finding.jvm().service(), finding.id()), key -> new HashSet<>())
          .add(finding.jvm().instance());
    }
    live.forEach(
        (key, incident) -> {
          for (String instance : incident.affected()) {
            boolean isOpen = open.getOrDefault(key, Set.of()).contains(instance);
            if (!isOpen
                && !incident.unconfirmed().contains(instance)
                && incident.over(instance, now)) {
              changed(incident);
            }
          }
        });
  }

  private void forgetOld(Instant now, Instant passed) {
    Instant last = lastForgotten;
    if (last != null && last.plus(FORGET_EVERY).isAfter(passed)) {
      return;
    }
    lastForgotten = passed;
    Instant oldest =
        passed.isBefore(ageCountsFrom) ? Instant.EPOCH : now.minus(settings.keepClosed);
    try {
      store.forget(new Retention(oldest, settings.keepMost, settings.keepBytes), counts);
      size = store.size();
      working |= unwritten.isEmpty();
    } catch (IncidentStore.Unavailable gone) {
      failed(gone);
    }
  }

  private boolean write() {
    List<Incident> incidents = new ArrayList<>();
    unwritten.values().forEach(pending -> incidents.add(pending.incident.asOfNow()));
    try {
      store.write(incidents);
    } catch (IncidentStore.Unavailable gone) {
      failed(gone);
      return false;
    }
    working = true;
    Map<String, Pending> written = new HashMap<>(unwritten);
    unwritten.clear();
    for (Incident incident : incidents) {
      Pending pending = written.get(incident.id());
      if (pending != null) {
        pending.waiting.forEach(answer -> answer.complete(Optional.of(incident)));
      }
      listeners.forEach(listener -> tell(listener, incident));
    }
    return true;
  }

  /** What one of them makes of it is not the others' trouble. */
  private static void tell(IncidentListener listener, Incident incident) {
    try {
      listener.incidentChanged(incident);
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("internal fault while telling of an incident");
    }
  }

  private void failed(IncidentStore.Unavailable gone) {
    counts.storeFailed();
    if (working) {
      LOG.atError()
          .addKeyValue("why", String.valueOf(gone.getMessage()))
          .log("incidents cannot be written; they are held until the store is back");
    }
    working = false;
  }

  /** Writes what is still to be written. */
  @Override
  public void close() {
    closing = true;
    try {
      writer.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    writer.interrupt();
    store.close();
  }
}
