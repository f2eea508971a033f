package dev.unpark.collector.incident;

import dev.unpark.diagnosis.finding.Certainty;
import dev.unpark.diagnosis.finding.Severity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Incidents in SQLite or PostgreSQL; both know the same statements. */
public final class SqlIncidentStore implements IncidentStore {
  private static final String COLUMNS =
      "id, service, signature, type, severity, certainty, headline, opened_at, updated_at,"
          + " closed_at, acknowledged_at, acknowledged_by, finding";

  private static final String UPSERT =
      "INSERT INTO incident ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
          + " severity = excluded.severity, certainty = excluded.certainty,"
          + " headline = excluded.headline, updated_at = excluded.updated_at,"
          + " closed_at = excluded.closed_at, acknowledged_at = excluded.acknowledged_at,"
          + " acknowledged_by = excluded.acknowledged_by, finding = excluded.finding";

  private static final String UPSERT_INSTANCE =
      "INSERT INTO incident_instance (incident_id, instance, since, ended) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (incident_id, instance)"
          + " DO UPDATE SET since = excluded.since, ended = excluded.ended";

  private static final String INSERT_EVENT =
      "INSERT INTO incident_event (incident_id, number, at, kind, detail) VALUES (?, ?, ?, ?, ?)"
          + " ON CONFLICT (incident_id, number) DO NOTHING";

  /** How long a name may be, a label, a text; as the tables say. */
  private static final int NAME = 1_024;

  private static final int LABEL = 256;
  private static final int TEXT = 65_536;

  /** More than the book writes at once never change at one moment. */
  private static final int SAME_MOMENT = 10_000;

  private final Database writing;
  private final Database reading;

  public SqlIncidentStore(Database database) {
    this.writing = database;
    // A reader of its own, so that a long list does not hold up what must get on disk.
    this.reading = database.another();
  }

  @Override
  public void write(Collection<Incident> incidents) throws Unavailable {
    writing.inTransaction(
        connection -> {
          write(connection, incidents);
          return incidents.size();
        });
  }

  static void write(Connection connection, Collection<Incident> incidents) throws SQLException {
    try (PreparedStatement incident = connection.prepareStatement(UPSERT);
        PreparedStatement instance = connection.prepareStatement(UPSERT_INSTANCE);
        PreparedStatement event = connection.prepareStatement(INSERT_EVENT)) {
      for (Incident each : incidents) {
        bind(incident, each);
        bindInstances(instance, each);
        bindEvents(event, each);
      }
      incident.executeBatch();
      instance.executeBatch();
      event.executeBatch();
    }
  }

  private static void bind(PreparedStatement to, Incident incident) throws SQLException {
    to.setString(1, incident.id());
    to.setString(2, fit(incident.service(), NAME));
    to.setString(3, fit(incident.signature(), LABEL));
    to.setString(4, fit(incident.type(), LABEL));
    to.setString(5, incident.severity().label());
    to.setString(6, incident.certainty().label());
    to.setString(7, fit(incident.headline(), TEXT));
    to.setLong(8, incident.openedAt().toEpochMilli());
    to.setLong(9, incident.updatedAt().toEpochMilli());
    time(to, 10, incident.closedAt());
    time(to, 11, incident.acknowledgedAt());
    to.setString(12, fit(incident.acknowledgedBy(), LABEL));
    to.setString(13, incident.finding());
    to.addBatch();
  }

  private static void bindInstances(PreparedStatement to, Incident incident) throws SQLException {
    for (Incident.Affected affected : incident.instances()) {
      to.setString(1, incident.id());
      to.setString(2, fit(affected.instance(), NAME));
      to.setLong(3, affected.since().toEpochMilli());
      time(to, 4, affected.ended());
      to.addBatch();
    }
  }

  private static void bindEvents(PreparedStatement to, Incident incident) throws SQLException {
    int number = 0;
    for (Incident.Event event : incident.events()) {
      to.setString(1, incident.id());
      to.setInt(2, number++);
      to.setLong(3, event.at().toEpochMilli());
      to.setString(4, event.kind().label());
      to.setString(5, fit(event.detail(), TEXT));
      to.addBatch();
    }
  }

  /**
   * A name as the table can hold it. What a stranger calls himself may be too long, or hold what
   * PostgreSQL takes for no text; one such name must not keep the others off the disk.
   */
  static String fit(String text, int most) {
    StringBuilder fit = new StringBuilder(Math.min(text.length(), most));
    for (int i = 0; i < text.length() && fit.length() < most - 1; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      fit.appendCodePoint(c == 0 || Character.getType(c) == Character.SURROGATE ? '\ufffd' : c);
    }
    return fit.toString();
  }

  private static void time(PreparedStatement to, int index, @Nullable Instant time)
      throws SQLException {
    if (time == null) {
      to.setNull(index, Types.BIGINT);
    } else {
      to.setLong(index, time.toEpochMilli());
    }
  }

  @Override
  public Optional<Incident> find(String id) throws Unavailable {
    return reading.inTransaction(connection -> find(connection, id));
  }

  static Optional<Incident> find(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM incident WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet found = select.executeQuery()) {
        return found.next()
            ? Optional.of(incident(found, instances(connection, id), events(connection, id)))
            : Optional.empty();
      }
    }
  }

  @Override
  public List<Incident> list(Query query) throws Unavailable {
    StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM incident WHERE 1 = 1");
    List<Object> values = new ArrayList<>();
    if (query.open() != null) {
      sql.append(" AND closed_at IS ").append(query.open() ? "NULL" : "NOT NULL");
    }
    if (query.service() != null) {
      sql.append(" AND service = ?");
      values.add(query.service());
    }
    if (query.type() != null) {
      sql.append(" AND type = ?");
      values.add(query.type());
    }
    if (query.before() != null) {
      sql.append(" AND updated_at < ?");
      values.add(query.before().toEpochMilli());
    }
    return reading.inTransaction(
        connection -> {
          List<Incident> incidents =
              select(
                  connection,
                  sql + " ORDER BY updated_at DESC, id LIMIT ?",
                  and(values, query.most()));
          if (incidents.size() == query.most()) {
            // Many change at one moment; whoever asks for those before it would miss the rest.
            Incident last = incidents.get(incidents.size() - 1);
            incidents.addAll(
                select(
                    connection,
                    sql + " AND updated_at = ? AND id > ? ORDER BY id LIMIT ?",
                    and(values, last.updatedAt().toEpochMilli(), last.id(), SAME_MOMENT)));
          }
          return incidents;
        });
  }

  private static List<Object> and(List<Object> values, Object... more) {
    List<Object> all = new ArrayList<>(values);
    all.addAll(List.of(more));
    return all;
  }

  private static List<Incident> select(Connection connection, String sql, List<Object> values)
      throws SQLException {
    List<Incident> incidents = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          incidents.add(incident(found, instances(connection, found.getString(1)), List.of()));
        }
      }
    }
    return incidents;
  }

  private static Incident incident(
      ResultSet row, List<Incident.Affected> instances, List<Incident.Event> events)
      throws SQLException {
    return new Incident(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        Severity.valueOf(row.getString(5).toUpperCase(Locale.ROOT)),
        Certainty.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
        row.getString(7),
        Instant.ofEpochMilli(row.getLong(8)),
        Instant.ofEpochMilli(row.getLong(9)),
        time(row, 10),
        time(row, 11),
        row.getString(12),
        row.getString(13),
        instances,
        events);
  }

  private static @Nullable Instant time(ResultSet row, int index) throws SQLException {
    long millis = row.getLong(index);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static List<Incident.Affected> instances(Connection connection, String id)
      throws SQLException {
    List<Incident.Affected> instances = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT instance, since, ended FROM incident_instance WHERE incident_id = ?"
                + " ORDER BY instance")) {
      select.setString(1, id);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          instances.add(
              new Incident.Affected(
                  found.getString(1), Instant.ofEpochMilli(found.getLong(2)), time(found, 3)));
        }
      }
    }
    return instances;
  }

  private static List<Incident.Event> events(Connection connection, String id) throws SQLException {
    List<Incident.Event> events = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT at, kind, detail FROM incident_event WHERE incident_id = ?"
                + " ORDER BY number")) {
      select.setString(1, id);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          events.add(
              new Incident.Event(
                  Instant.ofEpochMilli(found.getLong(1)),
                  Incident.Kind.of(found.getString(2)),
                  found.getString(3)));
        }
      }
    }
    return events;
  }

  @Override
  public void forget(Retention retention, Retention.Heard heard) throws Unavailable {
    writing
        .inTransaction(connection -> Forgetting.forget(connection, retention))
        .forEach(
            (reason, incidents) -> {
              heard.forgotten(reason, false, incidents[0]);
              heard.forgotten(reason, true, incidents[1]);
            });
  }

  @Override
  public long size() throws Unavailable {
    return reading.inTransaction(StoreSize::of);
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }
}
