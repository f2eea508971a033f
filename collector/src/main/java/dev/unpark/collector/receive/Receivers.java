package dev.unpark.collector.receive;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The OTLP end points, and the threads that read for them. */
public final class Receivers implements AutoCloseable {
  private static final int WAITING_BODIES = 64;

  private final Intake intake;
  private final SelfMetrics self;
  private final int maxUnpacked;
  private final ThreadPoolExecutor readers;

  /**
   * @param threads how many bodies are unpacked at once
   * @param maxUnpacked bytes that a body may have unpacked
   */
  public Receivers(Intake intake, SelfMetrics self, int threads, int maxUnpacked) {
    this.intake = intake;
    this.self = self;
    this.maxUnpacked = maxUnpacked;
    AtomicInteger number = new AtomicInteger();
    readers =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_BODIES),
            task -> new Thread(task, "unpark-reader-" + number.getAndIncrement()));
  }

  /** Adds OTLP/HTTP. */
  public void http(ServerBuilder server) {
    server.service(
        "/v1/logs",
        new OtlpHttpService(
            Signal.LOGS,
            ExportLogsServiceRequest::newBuilder,
            new OtlpHttpService.Handler(
                (request, transport) -> intake.logs((ExportLogsServiceRequest) request, transport),
                Answers::logs),
            readers,
            maxUnpacked,
            self));
    server.service(
        "/v1/metrics",
        new OtlpHttpService(
            Signal.METRICS,
            ExportMetricsServiceRequest::newBuilder,
            new OtlpHttpService.Handler(
                (request, transport) ->
                    intake.metrics((ExportMetricsServiceRequest) request, transport),
                Answers::metrics),
            readers,
            maxUnpacked,
            self));
    server.service(
        "/v1/traces",
        new OtlpHttpService(
            Signal.TRACES,
            ExportTraceServiceRequest::newBuilder,
            new OtlpHttpService.Handler(
                (request, transport) ->
                    intake.traces((ExportTraceServiceRequest) request, transport),
                Answers::traces),
            readers,
            maxUnpacked,
            self));
  }

  /** Adds OTLP/gRPC. */
  public void grpc(ServerBuilder server) {
    server.service(
        GrpcService.builder()
            .addServices(OtlpGrpc.services(intake))
            .maxRequestMessageLength(maxUnpacked)
            .build());
  }

  @Override
  public void close() {
    readers.shutdown();
  }
}
