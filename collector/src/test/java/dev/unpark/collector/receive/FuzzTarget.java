package dev.unpark.collector.receive;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.unpark.collector.series.Exposition;
import dev.unpark.collector.series.FindingCounts;
import dev.unpark.collector.series.OtlpMetrics;
import dev.unpark.collector.series.SeriesBudget;
import dev.unpark.collector.series.SeriesStore;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.model.JvmIdentity;
import dev.unpark.diagnosis.model.Observation;
import dev.unpark.telemetry.MalformedObservation;
import dev.unpark.telemetry.ObservationDecoder;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code scripts/fuzz} calls with input that a fuzzer made up: what a stranger may send is
 * taken or refused, never with an exception, and what is made of it keeps its promises.
 */
public final class FuzzTarget {
  /** What is read. */
  static final List<String> READERS =
      List.of(
          "otlp-frame",
          "otlp-logs",
          "otlp-metrics",
          "otlp-traces",
          "otlp-json-logs",
          "otlp-json-metrics",
          "otlp-json-traces",
          "otlp-gzip");

  private static final String READER = System.getProperty("unpark.fuzz.reader", "otlp-logs");
  private static final JvmIdentity JVM = new JvmIdentity("payments", "1", 4711, "25");
  private static final int MOST = 64 << 10;
  private static final ExpositionFormats FORMATS = ExpositionFormats.init();

  /** A sample of a metrics page. */
  private static final Pattern SAMPLE =
      Pattern.compile(
          "[a-zA-Z_:][a-zA-Z0-9_:]*"
              + "(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\n\"])*+\",?)*+\\})?"
              + " (NaN|[+-]Inf|[-+0-9.eE]+)");

  /** The decoder that all frames go to, so that deltas find a base. */
  private static final ObservationDecoder DECODER = new ObservationDecoder(JVM);

  private FuzzTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(READER, input);
  }

  static void read(String reader, byte[] input) {
    try {
      switch (reader) {
        case "otlp-frame" -> frame(input, 0, input.length);
        case "otlp-logs" -> logs(input);
        case "otlp-metrics" -> metrics(input);
        case "otlp-traces" -> traces(input);
        case "otlp-json-logs" ->
            logs(protobuf(input, ExportLogsServiceRequest.getDefaultInstance()));
        case "otlp-json-metrics" ->
            metrics(protobuf(input, ExportMetricsServiceRequest.getDefaultInstance()));
        case "otlp-json-traces" ->
            traces(protobuf(input, ExportTraceServiceRequest.getDefaultInstance()));
        case "otlp-gzip" ->
            require(
                RequestBody.unpacked(
                            RequestHeaders.builder()
                                .method(HttpMethod.POST)
                                .path("/v1/logs")
                                .add("content-encoding", "gzip")
                                .build(),
                            input,
                            MOST)
                        .length
                    <= MOST,
                "unpacked beyond the limit");
        default -> throw new IllegalArgumentException(reader);
      }
    } catch (RefusedRequest refused) {
      require(!refused.words().isEmpty(), "refused without a word");
    }
  }

  private static byte[] protobuf(byte[] json, Message prototype) throws RefusedRequest {
    Message.Builder builder = prototype.newBuilderForType();
    OtlpJson.merge(json, builder);
    return builder.build().toByteArray();
  }

  private static void frame(byte[] request, int from, int to) {
    for (ObservationDecoder decoder : List.of(DECODER, new ObservationDecoder(JVM))) {
      try {
        Optional<Observation> seen =
            decoder.decode(
                request,
                from,
                to,
                (bytes, fresh, full) -> {
                  require(fresh >= 0 && fresh <= bytes, "more is new than there is");
                  return true;
                });
        seen.ifPresent(observation -> new Diagnostician().observe(observation));
      } catch (MalformedObservation malformed) {
        require(malformed.getMessage() != null, "malformed without a word");
      }
    }
  }

  /** What protobuf itself can read, the walk over the bytes reads as well, and counts alike. */
  private static void logs(byte[] input) throws RefusedRequest {
    long records = -1;
    try {
      records =
          ExportLogsServiceRequest.parseFrom(input).getResourceLogsList().stream()
              .flatMap(resource -> resource.getScopeLogsList().stream())
              .mapToLong(scope -> scope.getLogRecordsCount())
              .sum();
    } catch (InvalidProtocolBufferException none) {
      // Refused below, or taken where it is torn in what is passed over.
    }
    LogsRequest request;
    try {
      request = LogsRequest.read(input);
    } catch (RefusedRequest refused) {
      // Protobuf's own reader passes over a number of more than ten bytes in a field that it does
      // not
      // know, though by its definition there are none; its own way of skipping fields does not.
      require(
          records < 0
              || refused.words().contains("nested too deep")
              || refused.words().contains("malformed varint"),
          "protobuf reads it: " + refused.words());
      throw refused;
    }
    long counted = request.resources().stream().mapToLong(LogsRequest.OfResource::records).sum();
    require(records < 0 || records == counted, counted + " records of " + records);
    request.resources().stream()
        .flatMap(resource -> resource.observations().stream())
        .forEach(body -> frame(input, body.from(), body.to()));
  }

  private static void metrics(byte[] input) throws RefusedRequest {
    ExportMetricsServiceRequest request =
        ProtobufReader.read(input, ExportMetricsServiceRequest.getDefaultInstance());
    SeriesStore store = new SeriesStore(new SeriesBudget(1_000), 500);
    long[] refused = {0};
    OtlpMetrics into = new OtlpMetrics(store, Instant.EPOCH, (why, points) -> refused[0] += points);
    request.getResourceMetricsList().stream()
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .flatMap(scope -> scope.getMetricsList().stream())
        .forEach(into::take);
    require(refused[0] >= 0 && store.size() <= 500, "more series than allowed");
    Exposition page = new Exposition();
    page.addJvm(JVM, Map.of(), true, store, new FindingCounts(), List.of());
    for (String line : page(page).split("\n")) {
      require(
          line.isEmpty() || line.startsWith("#") || SAMPLE.matcher(line).matches(),
          "no line of a metrics page: " + line);
    }
  }

  private static String page(Exposition page) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      FORMATS.findWriter("text/plain").write(out, page.snapshots());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void traces(byte[] input) throws RefusedRequest {
    ExportTraceServiceRequest request =
        ProtobufReader.read(input, ExportTraceServiceRequest.getDefaultInstance());
    byte[] again = request.toByteArray();
    require(
        Arrays.equals(
            again,
            ProtobufReader.read(again, ExportTraceServiceRequest.getDefaultInstance())
                .toByteArray()),
        "it changes when it is written and read");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
