package dev.unpark.collector.publish;

import dev.unpark.collector.fleet.DropReason;
import dev.unpark.collector.fleet.FleetListener;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what happens in the fleet, one line each.
 *
 * <p>A broken sender may send a thousand bad frames a second; of each kind of drop one line is
 * written now and then, with the number of those that were not.
 */
public final class EventLog implements FleetListener {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");

  private final Sparingly<DropReason> drops;

  public EventLog(Clock clock) {
    drops = new Sparingly<>(clock);
  }

  @Override
  public void findingChanged(Finding finding) {
    LoggingEventBuilder line =
        finding.state() == Finding.State.CLOSED ? LOG.atInfo() : LOG.atWarn();
    with(line, finding.jvm())
        .addKeyValue("id", finding.id())
        .addKeyValue("type", finding.type())
        .addKeyValue("certainty", finding.certainty().label())
        .addKeyValue("severity", finding.severity().label())
        .addKeyValue("headline", finding.headline())
        .addKeyValue("since", finding.since().toString())
        .addKeyValue("runbook", finding.runbook())
        .log("finding " + finding.state().label());
  }

  @Override
  public void jvmAppeared(JvmIdentity jvm) {
    with(LOG.atInfo(), jvm)
        .addKeyValue("pid", jvm.pid())
        .addKeyValue("jdk", jvm.jdk())
        .log("jvm connected");
  }

  @Override
  public void jvmRestarted(JvmIdentity jvm) {
    with(LOG.atInfo(), jvm).addKeyValue("pid", jvm.pid()).log("jvm restarted");
  }

  @Override
  public void jvmForgotten(JvmIdentity jvm) {
    with(LOG.atInfo(), jvm).log("jvm silent for too long, forgotten");
  }

  @Override
  public void observationDropped(JvmIdentity jvm, DropReason reason, String why) {
    long unwritten = drops.turn(reason);
    if (unwritten >= 0) {
      with(LOG.atWarn(), jvm)
          .addKeyValue("reason", reason.label())
          .addKeyValue("why", why)
          .addKeyValue("unwritten", unwritten)
          .log("observation dropped");
    }
  }

  private static LoggingEventBuilder with(LoggingEventBuilder line, JvmIdentity jvm) {
    return line.addKeyValue("service", jvm.service()).addKeyValue("instance", jvm.instance());
  }
}
