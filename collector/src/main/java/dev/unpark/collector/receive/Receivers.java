package dev.unpark.collector.receive;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.unpark.collector.series.SelfMetrics;
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
  private final SelfMetrics self;
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
      Intake intake,
      SelfMetrics self,
      int threads,
      int maxUnpacked,
      long maxInFlight,
      List<Tenant> tenants) {
    this.intake = intake;
    this.self = self;
    this.maxUnpacked = maxUnpacked;
    this.inFlight = new InFlight(maxInFlight);
    this.gate = new Gate(tenants, self);
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

  private void http(ServerBuilder server, Signal signal, Export export) {
    server.service(
        "/v1/" + signal.label(),
        gate.before(
            inFlight.counting(
                new OtlpHttpService(signal, export, readers, inFlight, maxUnpacked, self))));
  }

  /** Adds OTLP/gRPC. */
  public void grpc(ServerBuilder server) {
    OtlpGrpc grpc = new OtlpGrpc(intake, inFlight, self);
    server.service(
        GrpcService.builder()
            .addServiceDefinitions(grpc.services())
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
