package dev.unpark.collector.receive;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.unpark.collector.series.Signal;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The OTLP end points, and the threads that read for them. */
public final class Receivers implements AutoCloseable {
  private static final int WAITING_BODIES = 64;

  private final Intake intake;
  private final int maxUnpacked;
  private final InFlight inFlight;
  private final Gate gate;
  private final ThreadPoolExecutor readers;

  /**
   * @param threads how many bodies are unpacked at once
   * @param maxUnpacked bytes that a body may have unpacked
   * @param maxInFlight bytes that all bodies on their way may have together, as they are sent
   * @param tenants who may send; empty when everybody may
   */
  public Receivers(
      Intake intake, int threads, int maxUnpacked, long maxInFlight, List<Tenant> tenants) {
    this.intake = intake;
    this.maxUnpacked = maxUnpacked;
    this.inFlight = new InFlight(maxInFlight);
    this.gate = new Gate(tenants, intake.refusals());
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
    http(server, Signal.LOGS, Export.logs(intake));
    http(server, Signal.METRICS, Export.metrics(intake));
    http(server, Signal.TRACES, Export.traces(intake));
    server.errorHandler(new HttpErrors());
  }

  /** Answers a request that is not for this collector, by the name that its sender called it. */
  public HttpResponse misdirected(HttpRequest request, String words) {
    return OtlpErrors.http(request.contentType(), HttpStatus.MISDIRECTED_REQUEST, words);
  }

  private void http(ServerBuilder server, Signal signal, Export export) {
    server.service(
        "/v1/" + signal.label(),
        gate.before(
            inFlight.counting(
                new OtlpHttpService(
                    signal, export, readers, inFlight, maxUnpacked, intake.refusals()))));
  }

  /** Adds OTLP/gRPC. */
  public void grpc(ServerBuilder server) {
    OtlpGrpc grpc = new OtlpGrpc(intake, inFlight);
    server.service(
        GrpcService.builder()
            .addServiceDefinitions(grpc.services())
            // Not its JSON, nor that of browsers: OTLP has neither.
            .supportedSerializationFormats(GrpcSerializationFormats.PROTO)
            .maxRequestMessageLength(maxUnpacked)
            .exceptionHandler(grpc)
            .build(),
        inFlight::counting,
        gate::before);
  }

  @Override
  public void close() {
    readers.shutdown();
  }
}
