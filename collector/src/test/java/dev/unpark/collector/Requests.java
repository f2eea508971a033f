package dev.unpark.collector;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.Events;
import dev.unpark.telemetry.ObservationEncoder;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** OTLP requests by hand, for what the SDK would not send. */
public final class Requests {
  private Requests() {}

  static Resource resource(JvmIdentity jvm) {
    return Resource.newBuilder()
        .addAttributes(attribute("service.name", jvm.service()))
        .addAttributes(attribute("service.instance.id", jvm.instance()))
        .build();
  }

  static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  static ExportLogsServiceRequest observation(
      JvmIdentity jvm, ObservationEncoder encoder, Observation observation) {
    return log(resource(jvm), Events.OBSERVATION, body(encoder.encode(observation)));
  }

  static ExportLogsServiceRequest log(Resource resource, String event, AnyValue body) {
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(resource)
                .addScopeLogs(
                    ScopeLogs.newBuilder()
                        .addLogRecords(LogRecord.newBuilder().setEventName(event).setBody(body))))
        .build();
  }

  static ExportMetricsServiceRequest metrics(JvmIdentity jvm, Metric... metrics) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(resource(jvm))
                .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
        .build();
  }

  @SuppressWarnings("unchecked")
  public static AnyValue body(Value<?> value) {
    if (value.getType() == ValueType.LONG) {
      return AnyValue.newBuilder().setIntValue((Long) value.getValue()).build();
    }
    if (value.getType() == ValueType.STRING) {
      return AnyValue.newBuilder().setStringValue((String) value.getValue()).build();
    }
    if (value.getType() == ValueType.ARRAY) {
      ArrayValue.Builder array = ArrayValue.newBuilder();
      ((List<Value<?>>) value.getValue()).forEach(element -> array.addValues(body(element)));
      return AnyValue.newBuilder().setArrayValue(array).build();
    }
    KeyValueList.Builder map = KeyValueList.newBuilder();
    ((List<io.opentelemetry.api.common.KeyValue>) value.getValue())
        .forEach(
            field ->
                map.addValues(
                    KeyValue.newBuilder().setKey(field.getKey()).setValue(body(field.getValue()))));
    return AnyValue.newBuilder().setKvlistValue(map).build();
  }

  /** A request of each signal with something of everything, by the name of the signal. */
  public static Map<String, Message> samples() {
    JvmIdentity jvm = Looks.jvm("sample-1");
    KeyValue text = attribute("k", "v");
    NumberDataPoint number = NumberDataPoint.newBuilder().setAsInt(7).addAttributes(text).build();
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(ByteString.copyFrom(new byte[16]))
            .setSpanId(ByteString.copyFrom(new byte[8]))
            .setName("GET /cart")
            .addAttributes(text)
            .addEvents(Span.Event.newBuilder().setName("e"))
            .addLinks(Span.Link.newBuilder().setTraceId(ByteString.copyFrom(new byte[16])));
    Map<String, Message> samples = new LinkedHashMap<>();
    samples.put(
        "logs",
        observation(jvm, new ObservationEncoder(), Looks.deadlocked(jvm, Instant.EPOCH)).toBuilder()
            .mergeFrom(
                log(
                    resource(jvm),
                    "other",
                    AnyValue.newBuilder()
                        .setKvlistValue(
                            KeyValueList.newBuilder()
                                .addValues(text)
                                .addValues(
                                    KeyValue.newBuilder()
                                        .setValue(AnyValue.newBuilder().setDoubleValue(0.5))))
                        .build()))
            .build());
    samples.put(
        "metrics",
        metrics(
            jvm,
            Metric.newBuilder()
                .setName("a.gauge")
                .setUnit("1")
                .setGauge(Gauge.newBuilder().addDataPoints(number))
                .build(),
            Metric.newBuilder()
                .setName("a.sum")
                .setUnit("{x}")
                .setSum(
                    Sum.newBuilder()
                        .setIsMonotonic(true)
                        .setAggregationTemporality(
                            AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .addDataPoints(number))
                .build(),
            Metric.newBuilder()
                .setName("a.histogram")
                .setUnit("s")
                .setHistogram(
                    Histogram.newBuilder()
                        .addDataPoints(
                            HistogramDataPoint.newBuilder()
                                .setCount(3)
                                .setSum(1.5)
                                .addExplicitBounds(0.1)
                                .addBucketCounts(1)
                                .addBucketCounts(2)))
                .build()));
    samples.put(
        "traces",
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource(jvm))
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
            .build());
    return samples;
  }

  /** The body of an observation. */
  public static byte[] sampleFrame() {
    JvmIdentity jvm = Looks.jvm("sample-1");
    return body(new ObservationEncoder().encode(Looks.deadlocked(jvm, Instant.EPOCH)))
        .toByteArray();
  }

  public static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }
}
