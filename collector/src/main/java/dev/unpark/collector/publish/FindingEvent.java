package dev.unpark.collector.publish;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.Events;
import dev.unpark.telemetry.JvmResource;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.Body;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A change of a finding as an OTLP log record. Its resource is the JVM that it is about, not the
 * collector, so that a backend shows it beside what that service sends itself.
 */
final class FindingEvent implements LogRecordData {
  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.create("dev.unpark.collector");

  private final Finding finding;
  private final Instant now;
  private final Resource resource;
  private final Attributes attributes;

  /**
   * @param now when the collector learned of it
   * @param resource {@link #resourceOf} the finding's JVM
   */
  FindingEvent(Finding finding, Instant now, Resource resource) {
    this.finding = finding;
    this.now = now;
    this.resource = resource;
    this.attributes = Events.findingAttributes(finding);
  }

  /** A JVM as the resource of its events. */
  static Resource resourceOf(JvmIdentity jvm) {
    return Resource.create(JvmResource.attributes(jvm, ""));
  }

  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return SCOPE;
  }

  @Override
  public long getTimestampEpochNanos() {
    return nanos(finding.observedAt());
  }

  @Override
  public long getObservedTimestampEpochNanos() {
    return nanos(now);
  }

  @Override
  public SpanContext getSpanContext() {
    return SpanContext.getInvalid();
  }

  @Override
  public Severity getSeverity() {
    return Events.severity(finding);
  }

  @Override
  public String getSeverityText() {
    return getSeverity().name();
  }

  @Override
  @Deprecated
  public Body getBody() {
    return Body.string(finding.headline());
  }

  @Override
  public Value<?> getBodyValue() {
    return Value.of(finding.headline());
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public int getTotalAttributeCount() {
    return attributes.size();
  }

  @Override
  public String getEventName() {
    return Events.name(finding.state());
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }
}
