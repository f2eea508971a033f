package dev.unpark.collector;

import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.unpark.collector.fleet.Fleet;
import dev.unpark.collector.fleet.SteadyClock;
import dev.unpark.collector.fleet.Workers;
import dev.unpark.collector.history.Trends;
import dev.unpark.collector.incident.Kept;
import dev.unpark.collector.page.PageData;
import dev.unpark.collector.page.Pages;
import dev.unpark.collector.publish.EventLog;
import dev.unpark.collector.publish.FindingExporter;
import dev.unpark.collector.publish.Forwarder;
import dev.unpark.collector.publish.Listeners;
import dev.unpark.collector.publish.RecentFindings;
import dev.unpark.collector.publish.SelfCounts;
import dev.unpark.collector.receive.Intake;
import dev.unpark.collector.receive.Receivers;
import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.SeriesBudget;
import dev.unpark.collector.series.Signal;
import dev.unpark.collector.serve.Api;
import dev.unpark.collector.serve.ApiGate;
import dev.unpark.collector.serve.Description;
import dev.unpark.collector.serve.DumpApi;
import dev.unpark.collector.serve.EvidenceApi;
import dev.unpark.collector.serve.FleetApi;
import dev.unpark.collector.serve.IncidentApi;
import dev.unpark.collector.serve.InventoryApi;
import dev.unpark.collector.serve.JvmApi;
import dev.unpark.collector.serve.KnownHosts;
import dev.unpark.collector.serve.MetricsPage;
import dev.unpark.collector.serve.Outgoing;
import dev.unpark.collector.serve.SameOrigin;
import dev.unpark.collector.serve.TrendApi;
import dev.unpark.collector.serve.WebErrors;
import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.telemetry.JvmResource;
import io.netty.channel.EventLoopGroup;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporterBuilder;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.resources.Resource;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collector that runs.
 *
 * <p>Three servers share two event loops: OTLP/gRPC, OTLP/HTTP, and metrics with the API. Each has
 * its own port, so that the fleet can be let in at one and people at another.
 *
 * <p><b>Threading:</b> any thread may call anything; {@link #close} waits until what was accepted
 * has been diagnosed and sent on, for some seconds at most.
 */
public final class Collector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");
  private static final int CLOSE_SECONDS = 10;
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);
  private static final int EVENT_LOOPS = 2;

  /** As long as an idle connection is left open, and longer than any answer takes to be made. */
  private static final Duration READING_TIME = Duration.ofMinutes(3);

  /** What must be closed, the last opened first. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * Those who talk to others, who may hang: each takes its time to say what is left to say. They
   * are closed after all else, side by side.
   */
  private final List<AutoCloseable> talkers = new ArrayList<>();

  private final Fleet fleet;
  private final int grpcPort;
  private final int httpPort;
  private final int webPort;
  private volatile boolean ready;

  /** Starts a collector with every detector there is. */
  public static Collector start(CollectorSettings settings) throws StartFailure {
    return new Collector(settings, Clock.systemUTC(), new SteadyClock(), Diagnostician::new);
  }

  /** Starts a collector on a clock and with a diagnosis of the caller's choice. */
  static Collector start(
      CollectorSettings settings, Clock clock, Supplier<Diagnostician> newDiagnostician)
      throws StartFailure {
    return new Collector(settings, clock, clock, newDiagnostician);
  }

  /**
   * @param clock what is shown and written down is of this time
   * @param steady says how much time has passed, also when the other is set anew
   */
  private Collector(
      CollectorSettings settings,
      Clock clock,
      Clock steady,
      Supplier<Diagnostician> newDiagnostician)
      throws StartFailure {
    Listeners listeners = new Listeners();
    Workers workers =
        new Workers(
            settings.workers(), settings.limits().queued(), settings.limits().queuedBytes());
    fleet =
        new Fleet(
            workers,
            settings.limits().jvms(),
            settings.limits().forgetAfter(),
            steady,
            new SeriesBudget(settings.limits().series()),
            settings.limits().seriesPerJvm(),
            newDiagnostician,
            listeners);
    RecentFindings recent = new RecentFindings(settings.closedFindings());
    listeners.add(recent);
    listeners.add(new EventLog(clock));
    SelfMetrics self = selfMetrics(settings);
    listeners.add(new SelfCounts(self));
    exportFindings(settings, self, clock, listeners);
    @Nullable Kept kept =
        settings.incidents().kept()
            ? keepIncidents(settings, self, clock, steady, listeners)
            : null;
    // Only now, so that they are closed before what their findings go to.
    open(workers);

    Receivers receivers =
        open(
            new Receivers(
                new Intake(fleet, self, steady, forwarders(settings, self)),
                settings.workers(),
                settings.limits().unpackedBytes(),
                Math.max(16 << 20, Runtime.getRuntime().maxMemory() / 8),
                settings.access().tenants()));
    Trends trends = new Trends(fleet, clock);
    DumpApi dumps =
        open(
            new DumpApi(
                settings.limits().dumpBytes(),
                CollectorMain.version(),
                clock,
                ZoneId.systemDefault()));
    IncidentApi incidentApi = new IncidentApi(kept, fleet);
    EvidenceApi evidence = open(new EvidenceApi(kept, settings.limits().dumpBytes(), clock));
    MetricsPage metrics = open(new MetricsPage(fleet, self));
    PageData pageData = open(new PageData(kept, fleet));
    Api api = new Api(fleet, recent, () -> ready, incidentApi::storeWorks, ZoneId.systemDefault());
    EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(EVENT_LOOPS, "unpark-loop", true);
    opened.push(() -> loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).await(3_000));
    Pages pages = new Pages(Api.INDEX);
    BlockingTaskExecutor waiting =
        BlockingTaskExecutor.builder().numThreads(2).threadNamePrefix("unpark-page").build();
    opened.push(waiting::shutdown);
    KnownHosts hosts = new KnownHosts(settings.listen(), settings.access().hosts());
    List<Listening> servers =
        List.of(
            new Listening("grpc", settings.ports().grpc(), receivers::grpc),
            new Listening(
                "http",
                settings.ports().http(),
                server -> {
                  hosts.guard(
                      server,
                      (request, found) ->
                          receivers.misdirected(
                              request,
                              "host: found '%s', expected %s"
                                  .formatted(found, KnownHosts.expected())));
                  receivers.http(server);
                }),
            new Listening(
                "web",
                settings.ports().web(),
                server -> {
                  server.errorHandler(new WebErrors());
                  new Outgoing(
                          Math.max(16 << 20, Runtime.getRuntime().maxMemory() / 8), READING_TIME)
                      .addTo(server);
                  hosts.guard(server);
                  SameOrigin.addTo(server);
                  ApiGate.addTo(server, settings.access().apiTokens(), pages::isOpen);
                  pages.addTo(server);
                  pageData.addTo(server);
                  api.addTo(server);
                  incidentApi.addTo(server);
                  evidence.addTo(server);
                  new InventoryApi(kept).addTo(server);
                  Description.addTo(server);
                  new FleetApi(fleet, clock, steady).addTo(server);
                  new JvmApi(fleet).addTo(server);
                  new TrendApi(trends).addTo(server);
                  dumps.addTo(server);
                  server.service("/metrics", metrics);
                }));
    try {
      List<Integer> ports = listen(settings, servers, loops, waiting);
      grpcPort = ports.get(0);
      httpPort = ports.get(1);
      webPort = ports.get(2);
    } catch (StartFailure failure) {
      close();
      throw failure;
    }
    startTimer(settings.limits().forgetAfter(), trends);
    ready = true;
  }

  /** Port of OTLP/gRPC. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Port of OTLP/HTTP. */
  public int httpPort() {
    return httpPort;
  }

  /** Port of metrics and API. */
  public int webPort() {
    return webPort;
  }

  /** The JVMs that report. */
  Fleet fleet() {
    return fleet;
  }

  @Override
  public void close() {
    ready = false;
    while (!opened.isEmpty()) {
      close(opened.pop());
    }
    List<Thread> closing = new ArrayList<>();
    for (AutoCloseable talker : talkers) {
      Thread thread = new Thread(() -> close(talker), "unpark-close");
      thread.setDaemon(true);
      thread.start();
      closing.add(thread);
    }
    talkers.clear();
    try {
      for (Thread thread : closing) {
        thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception failure) {
      LOG.atWarn().setCause(failure).log("could not close " + closeable.getClass().getSimpleName());
    }
  }

  private SelfMetrics selfMetrics(CollectorSettings settings) {
    List<MetricExporter> exporters = new ArrayList<>();
    for (CollectorSettings.Export export : settings.exportsOf(Signal.METRICS)) {
      OtlpHttpMetricExporterBuilder exporter =
          OtlpHttpMetricExporter.builder()
              .setEndpoint(signalUrl(export.endpoint(), "metrics"))
              .setCompression("gzip");
      export.headers().forEach(exporter::addHeader);
      exporters.add(exporter.build());
    }
    Resource who =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        JvmResource.SERVICE_NAME,
                        "unpark-collector",
                        JvmResource.SERVICE_INSTANCE_ID,
                        UUID.randomUUID().toString(),
                        JvmResource.PROCESS_PID,
                        ProcessHandle.current().pid())));
    return talker(new SelfMetrics(who, exporters, settings.exportInterval(), fleet::size));
  }

  private void exportFindings(
      CollectorSettings settings, SelfMetrics self, Clock clock, Listeners listeners) {
    for (CollectorSettings.Export export : settings.exportsOf(Signal.LOGS)) {
      OtlpHttpLogRecordExporterBuilder exporter =
          OtlpHttpLogRecordExporter.builder()
              .setEndpoint(signalUrl(export.endpoint(), "logs"))
              .setCompression("gzip");
      export.headers().forEach(exporter::addHeader);
      listeners.add(talker(new FindingExporter(exporter.build(), self, clock)));
    }
  }

  private List<Forwarder> forwarders(CollectorSettings settings, SelfMetrics self) {
    List<Forwarder> forwarders = new ArrayList<>();
    settings.forwards().forEach(to -> forwarders.add(talker(new Forwarder(to, self))));
    return forwarders;
  }

  private Kept keepIncidents(
      CollectorSettings settings, SelfMetrics self, Clock clock, Clock steady, Listeners listeners)
      throws StartFailure {
    IncidentKeeping keeping = new IncidentKeeping(settings, self, this::open, this::talker);
    try {
      return keeping.start(fleet, clock, steady, listeners);
    } catch (StartFailure failure) {
      close();
      throw failure;
    }
  }

  private static String signalUrl(URI endpoint, String signal) {
    return endpoint.toString().replaceFirst("/+$", "") + "/v1/" + signal;
  }

  /** What is served at one port. */
  private record Listening(String what, int port, Consumer<ServerBuilder> services) {}

  /** Starts the servers side by side, as each takes its time, and says their ports. */
  private List<Integer> listen(
      CollectorSettings settings,
      List<Listening> all,
      EventLoopGroup loops,
      BlockingTaskExecutor waiting)
      throws StartFailure {
    List<Server> servers = new ArrayList<>();
    for (Listening each : all) {
      ServerBuilder builder =
          Server.builder()
              .port(
                  new InetSocketAddress(settings.listen(), each.port),
                  TlsSetup.protocol(settings.access()))
              .workerGroup(loops, false)
              .blockingTaskExecutor(waiting, false)
              .maxNumConnections(settings.limits().connections())
              .maxRequestLength(settings.limits().requestBytes())
              .requestTimeout(settings.limits().requestTimeout())
              .idleTimeout(IDLE_TIMEOUT)
              .gracefulShutdownTimeout(Duration.ofMillis(200), Duration.ofSeconds(3))
              .meterRegistry(NoopMeterRegistry.get())
              .disableServerHeader();
      each.services.accept(builder);
      servers.add(built(builder, settings.access(), !each.what.equals("web")));
    }
    opened.push(
        () ->
            CompletableFuture.allOf(
                    servers.stream().map(Server::closeAsync).toArray(CompletableFuture[]::new))
                .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                // Late or not: what is kept has to be closed behind them.
                .handle((closed, late) -> late == null)
                .join());
    List<CompletableFuture<Void>> starts = servers.stream().map(Server::start).toList();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      try {
        starts.get(i).join();
      } catch (CompletionException failure) {
        throw cannotListen(all.get(i).what, settings.listen(), all.get(i).port, failure);
      }
      ports.add(servers.get(i).activeLocalPort());
    }
    return ports;
  }

  private static Server built(
      ServerBuilder builder, CollectorSettings.Access access, boolean senders) throws StartFailure {
    String complaint = TlsSetup.complaint(access);
    try {
      if (complaint == null) {
        TlsSetup.add(builder, access, senders);
        return builder.build();
      }
    } catch (IllegalArgumentException | IllegalStateException unusable) {
      complaint = unusable.getMessage();
    }
    throw new StartFailure(
        """
        cannot speak TLS
          found:    %s
          expected: a certificate with its chain, and its key as PKCS #8 without a password, in PEM
          try:      openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pkcs8"""
            .formatted(complaint),
        new IllegalArgumentException(complaint));
  }

  private static StartFailure cannotListen(
      String what, String listen, int port, CompletionException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new StartFailure(
        """
        cannot listen on %s:%d for %s
          found:    %s
          expected: an address of this machine and a port that is free
          try:      --%s-port 0 for any free port, or stop what uses it: ss -ltnp 'sport = :%d'"""
            .formatted(listen, port, what, cause.getMessage(), what, port),
        cause);
  }

  /** What is to be done now and then. */
  private void startTimer(Duration forgetAfter, Trends trends) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "unpark-timer");
              thread.setDaemon(true);
              return thread;
            });
    opened.push(timer::shutdownNow);
    long every = Math.max(100, Math.min(10_000, forgetAfter.toMillis() / 4));
    timer.scheduleWithFixedDelay(
        () -> now("forgetting silent JVMs", fleet::forgetSilent),
        every,
        every,
        TimeUnit.MILLISECONDS);
    timer.scheduleWithFixedDelay(
        () -> now("choosing whom to look at", fleet::balance), 1, 1, TimeUnit.SECONDS);
    long step = Trends.STEP.toMillis();
    timer.scheduleAtFixedRate(
        () -> now("drawing trends", trends::step), step, step, TimeUnit.MILLISECONDS);
  }

  private static void now(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException fault) {
      // A timer whose task throws once never runs it again.
      LOG.atError().setCause(fault).log("internal fault while " + what);
    }
  }

  private <T extends AutoCloseable> T talker(T closeable) {
    talkers.add(closeable);
    return closeable;
  }

  private <T extends AutoCloseable> T open(T closeable) {
    opened.push(closeable);
    return closeable;
  }
}
