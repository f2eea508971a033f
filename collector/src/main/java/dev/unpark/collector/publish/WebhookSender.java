package dev.unpark.collector.publish;

import dev.unpark.collector.incident.Incident;
import dev.unpark.collector.incident.IncidentListener;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one webhook of incidents.
 *
 * <p>What changes within a second goes in one message, of each incident only its latest state. A
 * receiver that is busy or away is tried again, less and less often, up to once a minute; the
 * states that it has missed by then are one. A refusal for good is counted and over. Alertmanager
 * is told of open incidents every minute, since it takes for over what it does not hear of.
 *
 * <p><b>Threading:</b> any thread may tell; one thread of its own sends. <b>When full:</b> the
 * incident that waits longest is dropped and counted.
 */
public final class WebhookSender implements IncidentListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");
  private static final int CAPACITY = 1_000;
  private static final long GROUP_MILLIS = 1_000;
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Webhook webhook;
  private final Counts counts;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<String, Incident> pending = new LinkedHashMap<>();
  private final Map<String, Incident> open = new LinkedHashMap<>();
  private final Thread sender = new Thread(this::run, "unpark-webhook");
  private boolean closing;

  /** Counts what could not be told. */
  public interface Counts {
    /** A message failed; it may be tried again. */
    void failed();

    /** So many incidents were given up. */
    void dropped(int incidents);
  }

  private enum Result {
    DONE,
    AGAIN,
    REFUSED
  }

  public WebhookSender(Webhook webhook, Counts counts) {
    this.webhook = webhook;
    this.counts = counts;
    sender.setDaemon(true);
    sender.start();
  }

  @Override
  public synchronized void incidentChanged(Incident incident) {
    put(incident);
    if (webhook.kind() == Webhook.Kind.ALERTMANAGER) {
      if (incident.isOpen() && (open.size() < CAPACITY || open.containsKey(incident.id()))) {
        open.put(incident.id(), incident);
      } else {
        open.remove(incident.id());
      }
    }
    notifyAll();
  }

  private void put(Incident incident) {
    pending.put(incident.id(), incident);
    if (pending.size() > CAPACITY) {
      pending.remove(pending.keySet().iterator().next());
      counts.dropped(1);
    }
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (true) {
        Map<String, Incident> message = next();
        if (message.isEmpty()) {
          return;
        }
        Result result = tried(message);
        if (result == Result.DONE) {
          pause = FIRST_PAUSE_MILLIS;
          continue;
        }
        counts.failed();
        if (result == Result.REFUSED) {
          counts.dropped(message.size());
          continue;
        }
        if (!takeBack(message, pause)) {
          return;
        }
        pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is to be told; empty when there is nothing more to come. */
  private synchronized Map<String, Incident> next() throws InterruptedException {
    long again = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_PAUSE_MILLIS);
    while (pending.isEmpty() && !closing) {
      wait(GROUP_MILLIS);
      if (!open.isEmpty() && System.nanoTime() - again > 0) {
        return new LinkedHashMap<>(open);
      }
    }
    // More may come at once, each with a notification; a close ends the waiting.
    pause(GROUP_MILLIS);
    Map<String, Incident> message = new LinkedHashMap<>(pending);
    pending.clear();
    return message;
  }

  /** Keeps for later what has no newer state, and waits; false when the process is to end. */
  private synchronized boolean takeBack(Map<String, Incident> message, long pause)
      throws InterruptedException {
    if (closing) {
      counts.dropped(message.size());
      return false;
    }
    message.forEach(
        (id, incident) -> {
          if (!pending.containsKey(id)) {
            put(incident);
          }
        });
    pause(pause);
    return true;
  }

  /** Waits so long, or until it is to end. */
  private synchronized void pause(long millis) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; left > 0 && !closing; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
  }

  /** Whatever goes wrong with one message, the next one is told. */
  private Result tried(Map<String, Incident> message) throws InterruptedException {
    try {
      return send(message);
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("internal fault while telling a webhook");
      return Result.REFUSED;
    }
  }

  private Result send(Map<String, Incident> message) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(webhook.target())
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(webhook.message(message.values())))
            .build();
    try {
      HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
      int status = answer.statusCode();
      if (status / 100 == 2) {
        return Result.DONE;
      }
      LOG.atWarn()
          .addKeyValue("webhook", webhook.url().getHost())
          .addKeyValue("status", status)
          .log("webhook answers with an error");
      return status == 408 || status == 429 || status >= 500 ? Result.AGAIN : Result.REFUSED;
    } catch (IOException away) {
      LOG.atWarn()
          .addKeyValue("webhook", webhook.url().getHost())
          .addKeyValue("why", String.valueOf(away.getMessage()))
          .log("webhook cannot be reached");
      return Result.AGAIN;
    }
  }

  /** Tells what waits, for a while. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      sender.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    sender.interrupt();
  }
}
