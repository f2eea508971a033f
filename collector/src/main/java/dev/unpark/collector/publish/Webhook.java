package dev.unpark.collector.publish;

import dev.unpark.collector.incident.Incident;
import dev.unpark.collector.incident.IncidentJson;
import dev.unpark.diagnosis.report.JsonWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A place that is told of incidents.
 *
 * @param kind in which words
 * @param url where to; of Alertmanager its base
 */
public record Webhook(Kind kind, URI url) {
  /** The words of a receiver. */
  public enum Kind {
    /** Incidents as the API shows them. */
    JSON("json"),
    /** The API of Prometheus' Alertmanager, version 2. */
    ALERTMANAGER("alertmanager"),
    /** Slack's incoming webhooks, and those who understand them. */
    SLACK("slack");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  public Webhook {
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())
        || url.getHost() == null) {
      // Of the rest nothing is said: the path of a webhook is often its password.
      throw new IllegalArgumentException(
          "webhook: found '%s:...', expected a URL such as https://host/path"
              .formatted(url.getScheme()));
    }
  }

  /** Reads {@code json=URL}, {@code alertmanager=URL} or {@code slack=URL}. */
  public static Webhook of(String text) {
    for (Kind kind : Kind.values()) {
      String start = kind.label() + "=";
      if (text.startsWith(start)) {
        try {
          return new Webhook(kind, new URI(text.substring(start.length())));
        } catch (URISyntaxException odd) {
          throw new IllegalArgumentException(
              "webhook: found no URL behind '%s' (%s), expected one such as https://host/path"
                  .formatted(start, odd.getReason()),
              odd);
        }
      }
    }
    throw new IllegalArgumentException(
        "webhook: found '%s', expected json=URL, alertmanager=URL or slack=URL"
            .formatted(text.replaceFirst("://.*", "://...")));
  }

  /** Where a message is posted. */
  URI target() {
    return kind == Kind.ALERTMANAGER
        ? URI.create(url.toString().replaceFirst("/+$", "") + "/api/v2/alerts")
        : url;
  }

  /** One message about all of them. */
  String message(Collection<Incident> incidents) {
    return switch (kind) {
      case JSON -> json(incidents);
      case ALERTMANAGER -> alerts(incidents);
      case SLACK -> slack(incidents);
    };
  }

  private static String json(Collection<Incident> incidents) {
    List<String> all = new ArrayList<>();
    incidents.forEach(each -> all.add(IncidentJson.whole(each, each.affectedNow())));
    return "{\"incidents\":[" + String.join(",", all) + "]}";
  }

  private static String alerts(Collection<Incident> incidents) {
    JsonWriter json = new JsonWriter();
    json.beginArray();
    for (Incident incident : incidents) {
      json.beginObject();
      json.name("labels").beginObject();
      json.name("alertname").value("UnparkIncident");
      json.name("service").value(incident.service());
      json.name("finding_type").value(incident.type());
      json.name("severity").value(incident.severity().label());
      json.name("incident").value(incident.id());
      json.endObject();
      json.name("annotations").beginObject();
      json.name("summary").value(incident.headline());
      json.name("certainty").value(incident.certainty().label());
      json.name("affected").value("" + incident.affectedNow());
      json.name("runbook").value("docs/runbooks/" + incident.type() + ".md");
      json.endObject();
      json.name("startsAt").value(incident.openedAt().toString());
      if (incident.closedAt() != null) {
        json.name("endsAt").value(incident.closedAt().toString());
      }
      json.endObject();
    }
    json.endArray();
    return json.toString();
  }

  private static String slack(Collection<Incident> incidents) {
    StringBuilder text = new StringBuilder();
    for (Incident incident : incidents) {
      text.append(text.isEmpty() ? "" : "\n")
          .append(incident.isOpen() ? "*" + incident.severity().label() + "* " : "*over* ")
          .append(plain(incident.service()))
          .append(": ")
          .append(plain(incident.headline()))
          .append(" (")
          .append(incident.type())
          .append(", ")
          .append(incident.certainty().label());
      if (incident.isOpen()) {
        text.append(", instances: ").append(incident.affectedNow());
      }
      text.append(")");
    }
    JsonWriter json = new JsonWriter();
    json.beginObject().name("text").value(text.toString()).endObject();
    return json.toString();
  }

  /** Without what Slack would take for a link or a call to everybody. */
  private static String plain(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
