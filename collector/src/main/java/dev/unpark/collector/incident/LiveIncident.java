package dev.unpark.collector.incident;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.finding.Severity;
import dev.unpark.diagnosis.report.FindingJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An incident that may still change. Confined to the thread of its book. */
final class LiveIncident {
  /** Later events of an incident that goes on and on are no news. */
  private static final int MAX_EVENTS = 200;

  /** Instances that are rid of it and still named; a service may be restarted for ever. */
  static final int MAX_ENDED = 1_000;

  private static final Duration TOLD_AGAIN = Duration.ofMinutes(1);

  /** A JVM whose clock was set is looked at afresh: what is found again so soon was never over. */
  private static final Duration BLINK = Duration.ofSeconds(15);

  private final String id;
  private final String service;
  private final String signature;
  private final String type;
  private final Instant openedAt;
  private final TreeMap<String, Incident.Affected> instances = new TreeMap<>();
  private final List<Incident.Event> events;
  private final Clock steady;

  /** Instances that are rid of it, in the order in which they were. */
  private final Set<String> ended = new LinkedHashSet<>();

  /** Instances that had it before we were restarted and have not said so again. */
  private final Set<String> unconfirmed = new TreeSet<>();

  private Severity severity;
  private Certainty certainty;
  private String headline;
  private String finding;
  private Instant updatedAt;
  private @Nullable Instant closedAt;

  /**
   * When it was closed by the steady clock; null when it is open, or was closed before we started.
   */
  private @Nullable Instant over;

  private @Nullable Instant acknowledgedAt;
  private String acknowledgedBy = "";

  /**
   * @param steady says how much time has passed, also when the clock that events are dated by is
   *     set
   */
  LiveIncident(String id, Finding first, Instant now, Clock steady) {
    this.steady = steady;
    this.id = id;
    this.service = first.jvm().service();
    this.signature = first.id();
    this.type = first.type();
    this.openedAt = now;
    this.updatedAt = now;
    this.severity = first.severity();
    this.certainty = first.certainty();
    this.headline = first.headline();
    this.finding = FindingJson.line(first);
    this.events = new ArrayList<>();
    this.instances.put(
        first.jvm().instance(), new Incident.Affected(first.jvm().instance(), now, null));
    tell(now, Incident.Kind.OPENED, first.jvm().instance());
  }

  /** One that was read from the store. */
  LiveIncident(Incident kept, Clock steady) {
    this.steady = steady;
    this.id = kept.id();
    this.service = kept.service();
    this.signature = kept.signature();
    this.type = kept.type();
    this.openedAt = kept.openedAt();
    this.updatedAt = kept.updatedAt();
    this.closedAt = kept.closedAt();
    this.acknowledgedAt = kept.acknowledgedAt();
    this.acknowledgedBy = kept.acknowledgedBy();
    this.severity = kept.severity();
    this.certainty = kept.certainty();
    this.headline = kept.headline();
    this.finding = kept.finding();
    this.events = new ArrayList<>(kept.events());
    for (Incident.Affected affected : kept.instances()) {
      instances.put(affected.instance(), affected);
      if (affected.ended() == null) {
        unconfirmed.add(affected.instance());
      } else {
        ended(affected.instance());
      }
    }
  }

  /** The finding is open in an instance; says whether that changes anything. */
  boolean seen(Finding found, Instant now) {
    String instance = found.jvm().instance();
    unconfirmed.remove(instance);
    boolean changed = false;
    if (closedAt != null) {
      if (wasOverFor(BLINK, now)) {
        // It is trouble anew, and whoever took the last on may think that it is over.
        acknowledgedAt = null;
        acknowledgedBy = "";
      }
      closedAt = null;
      over = null;
      tell(now, Incident.Kind.REOPENED, instance);
      changed = true;
    }
    Incident.Affected known = instances.get(instance);
    if (known == null || known.ended() != null) {
      instances.put(instance, new Incident.Affected(instance, now, null));
      ended.remove(instance);
      if (!changed) {
        tell(now, Incident.Kind.JOINED, instance);
      }
      changed = true;
    }
    if (found.certainty().compareTo(certainty) < 0) {
      certainty = found.certainty();
      tell(now, Incident.Kind.PROVEN, instance);
      changed = true;
      argue(found);
    }
    if (found.severity().compareTo(severity) < 0) {
      severity = found.severity();
      tell(now, Incident.Kind.RAISED, severity.label());
      changed = true;
      argue(found);
    }
    // The newest argument of those that are as strong, but not for each that comes.
    if (found.certainty() == certainty && (changed || updatedAt.plus(TOLD_AGAIN).isBefore(now))) {
      argue(found);
      changed = true;
    }
    if (changed) {
      updatedAt = now;
    }
    return changed;
  }

  private void argue(Finding found) {
    headline = found.headline();
    finding = FindingJson.line(found);
  }

  /** An instance is rid of it; says whether that changes anything. */
  boolean over(String instance, Instant now) {
    unconfirmed.remove(instance);
    Incident.Affected known = instances.get(instance);
    if (known == null || known.ended() != null) {
      return false;
    }
    instances.put(instance, new Incident.Affected(instance, known.since(), now));
    ended(instance);
    updatedAt = now;
    if (affected().isEmpty()) {
      closedAt = now;
      over = steady.instant();
      tell(now, Incident.Kind.CLOSED, instance);
    } else {
      tell(now, Incident.Kind.LEFT, instance);
    }
    return true;
  }

  private void ended(String instance) {
    ended.add(instance);
    if (ended.size() > MAX_ENDED) {
      String oldest = ended.iterator().next();
      ended.remove(oldest);
      instances.remove(oldest);
    }
  }

  boolean acknowledge(String by, Instant now) {
    if (acknowledgedAt != null || closedAt != null) {
      return false;
    }
    acknowledgedAt = now;
    acknowledgedBy = by;
    updatedAt = now;
    tell(now, Incident.Kind.ACKNOWLEDGED, by);
    return true;
  }

  private void tell(Instant now, Incident.Kind kind, String detail) {
    boolean always = kind == Incident.Kind.CLOSED || kind == Incident.Kind.ACKNOWLEDGED;
    if (events.size() < MAX_EVENTS || always && events.size() < 2 * MAX_EVENTS) {
      events.add(new Incident.Event(now, kind, detail));
    }
  }

  String id() {
    return id;
  }

  String service() {
    return service;
  }

  String signature() {
    return signature;
  }

  /** Characters of what it argues with, which is most of what it takes in memory. */
  int length() {
    return finding.length();
  }

  boolean isClosed() {
    return closedAt != null;
  }

  /** Whether it ended more than so long ago. */
  boolean wasOverFor(Duration time, Instant now) {
    Instant ended = closedAt;
    if (ended == null) {
      return false;
    }
    Instant passed = over;
    return passed == null
        ? ended.plus(time).isBefore(now)
        : passed.plus(time).isBefore(steady.instant());
  }

  /** Instances that have it. */
  Set<String> affected() {
    Set<String> affected = new TreeSet<>();
    instances.forEach(
        (instance, state) -> {
          if (state.ended() == null) {
            affected.add(instance);
          }
        });
    return affected;
  }

  Set<String> unconfirmed() {
    return new TreeSet<>(unconfirmed);
  }

  Incident asOfNow() {
    return new Incident(
        id,
        service,
        signature,
        type,
        severity,
        certainty,
        headline,
        openedAt,
        updatedAt,
        closedAt,
        acknowledgedAt,
        acknowledgedBy,
        finding,
        List.copyOf(instances.values()),
        events);
  }
}
