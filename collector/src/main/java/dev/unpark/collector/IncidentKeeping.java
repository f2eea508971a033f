package dev.unpark.collector;

import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.collector.incident.Database;
import dev.unpark.collector.incident.IncidentBook;
import dev.unpark.collector.incident.IncidentListener;
import dev.unpark.collector.incident.IncidentStore;
import dev.unpark.collector.incident.InventoryKeeper;
import dev.unpark.collector.incident.Kept;
import dev.unpark.collector.incident.Retention;
import dev.unpark.collector.incident.SeenJvm;
import dev.unpark.collector.incident.SqlEvidenceStore;
import dev.unpark.collector.incident.SqlIncidentStore;
import dev.unpark.collector.incident.SqlInventory;
import dev.unpark.collector.publish.Listeners;
import dev.unpark.collector.publish.Webhook;
import dev.unpark.collector.publish.WebhookSender;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Opens what keeps incidents and tells of them. */
final class IncidentKeeping {
  private final CollectorSettings settings;
  private final SelfMetrics self;
  private final Consumer<AutoCloseable> opened;
  private final Consumer<AutoCloseable> talkers;

  /**
   * @param opened hears of what has to be closed, in the order in which it was opened
   * @param talkers hears of what has to be closed after that, since it tells others
   */
  IncidentKeeping(
      CollectorSettings settings,
      SelfMetrics self,
      Consumer<AutoCloseable> opened,
      Consumer<AutoCloseable> talkers) {
    this.settings = settings;
    this.self = self;
    this.opened = opened;
    this.talkers = talkers;
  }

  /** Keeps the incidents of the fleet from now on. */
  Kept start(Fleet fleet, Clock clock, Clock steady, Listeners listeners) throws StartFailure {
    CollectorSettings.Incidents where = settings.incidents();
    List<IncidentListener> told = new ArrayList<>();
    for (Webhook webhook : settings.webhooks()) {
      WebhookSender sender = new WebhookSender(webhook, counts());
      talkers.accept(sender);
      told.add(sender);
    }
    try {
      Database database = database(where);
      IncidentStore store = new SqlIncidentStore(database);
      IncidentBook book =
          new IncidentBook(
              store, clock, steady, where.book(), fleet::openFindings, told, bookCounts());
      opened.accept(book);
      self.showIncidents(book::open);
      self.showStoreSize(book::size);
      for (Retention.Reason reason : Retention.Reason.values()) {
        self.forgotten(reason.label(), false, 0);
        self.forgotten(reason.label(), true, 0);
      }
      listeners.add(book);
      SqlEvidenceStore evidence = new SqlEvidenceStore(database);
      opened.accept(evidence);
      SqlInventory inventory = new SqlInventory(database);
      opened.accept(
          new InventoryKeeper(
              inventory,
              () -> fleet.jvms().stream().map(jvm -> seen(jvm, clock, steady)).toList(),
              where.book().keepClosed(),
              clock,
              self::storeFailed));
      return new Kept(store, book, evidence, inventory);
    } catch (IncidentStore.Unavailable | IOException failure) {
      throw new StartFailure(
          """
          cannot keep incidents in %s
            found:    %s
            expected: a folder that may be written and no other collector uses, or a database
            try:      --incidents FOLDER, --database URL, or --incidents none"""
              .formatted(
                  where.url() == null ? "'" + where.folder() + "'" : "the database",
                  failure.getMessage()),
          failure);
    }
  }

  /** What the fleet's clock says, in the machine's time. */
  private static SeenJvm seen(WatchedJvm jvm, Clock clock, Clock steady) {
    Instant now = clock.instant();
    Instant passed = steady.instant();
    JvmIdentity identity = jvm.identity();
    return new SeenJvm(
        identity.service(),
        identity.instance(),
        identity.jdk(),
        jvm.resource().getOrDefault("host.name", ""),
        identity.pid(),
        now.minus(Duration.between(jvm.firstReceived(), passed)),
        now.minus(Duration.between(jvm.lastReceived(), passed)));
  }

  private static Database database(CollectorSettings.Incidents where)
      throws IOException, IncidentStore.Unavailable {
    String url = where.url();
    Path folder = where.folder();
    if (url != null) {
      return Database.at(url);
    }
    return Database.inFolder(Objects.requireNonNull(folder));
  }

  private WebhookSender.Counts counts() {
    return new WebhookSender.Counts() {
      @Override
      public void failed() {
        self.exportFailed(Signal.LOGS, 1);
      }

      @Override
      public void dropped(int incidents) {
        self.dropped(Signal.LOGS, "webhook_failed", incidents);
      }
    };
  }

  private IncidentBook.BookCounts bookCounts() {
    return new IncidentBook.BookCounts() {
      @Override
      public void overflow() {
        self.dropped(Signal.LOGS, "incident_queue_full", 1);
      }

      @Override
      public void refused() {
        self.dropped(Signal.LOGS, "incident_limit", 1);
      }

      @Override
      public void forgotten(Retention.Reason reason, boolean acknowledged, long incidents) {
        self.forgotten(reason.label(), acknowledged, incidents);
      }

      @Override
      public void storeFailed() {
        self.storeFailed();
      }
    };
  }
}
