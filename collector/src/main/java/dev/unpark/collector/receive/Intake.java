package dev.unpark.collector.receive;

import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.WatchedJvm;
import dev.unpark.collector.publish.Forwarder;
import dev.unpark.collector.series.OtlpMetrics;
import dev.unpark.collector.series.OtlpText;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.telemetry.JvmResource;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sorts what arrives by JVM: observations to the worker of their JVM, metric points to its series.
 *
 * <p>Other log records and spans are passed on where somebody is to get them, and else counted as
 * dropped: nothing here uses them, and an agent that sends them is not at fault.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> the sender is told to come
 * back.
 */
public final class Intake {
  private static final Duration COME_BACK = Duration.ofSeconds(2);

  /** Who is not looked at is not to be asked every other second whether he might be. */
  private static final Duration COME_BACK_LATER = Duration.ofSeconds(10);

  private static final int MAX_RESOURCE_ATTRIBUTES = 32;

  private static final String NO_JVM =
      "a resource without service.name, or without service.instance.id, process.pid and host.name";
  private static final String TOO_MANY_JVMS =
      "as many JVMs are watched as may be, or this one is another tenant's";

  private static final String NO_MEMORY =
      "what is remembered of all JVMs fills the memory for it: more heap, or fewer JVMs or threads";

  private static final String NO_TIME =
      "more JVMs report than can be diagnosed, and this one is not among those that are for now";

  private final Fleet fleet;
  private final SelfMetrics self;
  private final Refusals refusals;
  private final Clock clock;
  private final List<Forwarder> forwarders;

  /**
   * @param forwarders get what was taken, as it came
   */
  public Intake(Fleet fleet, SelfMetrics self, Clock clock, List<Forwarder> forwarders) {
    this.fleet = fleet;
    this.self = self;
    this.refusals = new Refusals(self, clock);
    this.clock = clock;
    this.forwarders = List.copyOf(forwarders);
  }

  /** Where what is refused is counted. */
  Refusals refusals() {
    return refusals;
  }

  private void forward(Signal signal, byte[] request) {
    forwarders.forEach(forwarder -> forwarder.pass(signal, request));
  }

  /** Takes log records: an {@code ExportLogsServiceRequest}. */
  Outcome logs(byte[] body, Sender from) throws RefusedRequest {
    LogsRequest request = LogsRequest.read(body);
    Refused refused = new Refused(refusals, Signal.LOGS, from);
    long otherRecords = 0;
    long offered = 0;
    long shutOut = 0;
    for (LogsRequest.OfResource logs : request.resources()) {
      self.received(Signal.LOGS, from.transport(), logs.records());
      if (logs.observations().isEmpty()) {
        otherRecords += logs.records();
        continue;
      }
      Optional<JvmIdentity> sender = identity(logs.resource());
      Optional<WatchedJvm> jvm = sender.flatMap(id -> reporting(from, id, logs.resource()));
      if (sender.isEmpty() || jvm.isEmpty()) {
        refuse(refused, sender.isPresent(), logs.records());
        offered += logs.observations().size();
        continue;
      }
      otherRecords += logs.records() - logs.observations().size();
      if (jvm.get().isShutOut()) {
        refused.add("overloaded", NO_TIME, logs.observations().size());
        offered += logs.observations().size();
        shutOut += logs.records();
        continue;
      }
      if (!jvm.get().hasRoom()) {
        refused.add("memory", NO_MEMORY, logs.observations().size());
        offered += logs.observations().size();
        continue;
      }
      for (LogsRequest.Body look : logs.observations()) {
        if (!fleet.offer(jvm.get(), sender.get(), body, look.from(), look.to())) {
          // What was taken of it is diagnosed, and does no harm when it comes again.
          refusals.add(Signal.LOGS, "overloaded", request.observations() - offered, from.name());
          return new Outcome.ComeBack(COME_BACK, "observations come faster than they are read");
        }
        offered++;
      }
    }
    if (shutOut > 0 && shutOut == records(request)) {
      // A sender for many JVMs would repeat all of it for the sake of one.
      return new Outcome.ComeBack(COME_BACK_LATER, NO_TIME);
    }
    if (otherRecords > 0
        && forwarders.stream().noneMatch(forwarder -> forwarder.takes(Signal.LOGS))) {
      self.dropped(Signal.LOGS, "not_observation", otherRecords);
    }
    forward(Signal.LOGS, body);
    return refused.outcome();
  }

  private static long records(LogsRequest request) {
    return request.resources().stream().mapToLong(LogsRequest.OfResource::records).sum();
  }

  /** Takes metric points: an {@code ExportMetricsServiceRequest}. */
  Outcome metrics(byte[] body, Sender from) throws RefusedRequest {
    ExportMetricsServiceRequest request =
        ProtobufReader.read(body, ExportMetricsServiceRequest.getDefaultInstance());
    Refused refused = new Refused(refusals, Signal.METRICS, from);
    for (ResourceMetrics resourceMetrics : request.getResourceMetricsList()) {
      long points = 0;
      for (ScopeMetrics scope : resourceMetrics.getScopeMetricsList()) {
        for (Metric metric : scope.getMetricsList()) {
          points += OtlpMetrics.points(metric);
        }
      }
      self.received(Signal.METRICS, from.transport(), points);
      Optional<JvmIdentity> sender = identity(resourceMetrics.getResource());
      Optional<WatchedJvm> jvm =
          sender.flatMap(id -> reporting(from, id, resourceMetrics.getResource()));
      if (jvm.isEmpty()) {
        refuse(refused, sender.isPresent(), points);
        continue;
      }
      OtlpMetrics into =
          new OtlpMetrics(
              jvm.get().series(),
              clock.instant(),
              (reason, count) -> refused.add(reason.label(), reason.words(), count));
      for (ScopeMetrics scope : resourceMetrics.getScopeMetricsList()) {
        scope.getMetricsList().forEach(into::take);
      }
    }
    forward(Signal.METRICS, body);
    return refused.outcome();
  }

  /** Takes spans: an {@code ExportTraceServiceRequest}. */
  Outcome traces(byte[] body, Sender from) throws RefusedRequest {
    ExportTraceServiceRequest request =
        ProtobufReader.read(body, ExportTraceServiceRequest.getDefaultInstance());
    long spans =
        request.getResourceSpansList().stream()
            .flatMap(resource -> resource.getScopeSpansList().stream())
            .mapToLong(scope -> scope.getSpansCount())
            .sum();
    self.received(Signal.TRACES, from.transport(), spans);
    if (forwarders.stream().noneMatch(forwarder -> forwarder.takes(Signal.TRACES))) {
      self.dropped(Signal.TRACES, "not_used", spans);
    }
    forward(Signal.TRACES, body);
    return new Outcome.Taken(0, "");
  }

  private static Optional<JvmIdentity> identity(Resource resource) {
    return JvmResource.identity(OtlpValues.plainAttributes(resource.getAttributesList()));
  }

  private Optional<WatchedJvm> reporting(Sender from, JvmIdentity sender, Resource resource) {
    return fleet.reporting(
        from.tenant().name(),
        from.tenant().jvms(),
        sender,
        OtlpText.of(resource.getAttributesList(), MAX_RESOURCE_ATTRIBUTES));
  }

  private static void refuse(Refused refused, boolean named, long items) {
    if (items > 0) {
      refused.add(named ? "jvm_limit" : "no_jvm", named ? TOO_MANY_JVMS : NO_JVM, items);
    }
  }
}
