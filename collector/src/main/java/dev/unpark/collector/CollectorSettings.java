package dev.unpark.collector;

import dev.unpark.collector.incident.IncidentBook;
import dev.unpark.collector.publish.Forwarder;
import dev.unpark.collector.publish.Webhook;
import dev.unpark.collector.receive.Tenant;
import dev.unpark.collector.series.Signal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be chosen about a collector.
 *
 * @param listen address that all ports are opened on
 * @param ports which ones
 * @param limits what is taken at most
 * @param workers how many threads diagnose
 * @param closedFindings how many closed findings are remembered
 * @param access who may connect
 * @param incidents where incidents are kept
 * @param webhooks who is told of incidents
 * @param exports where our metrics and finding events go, by OTLP/HTTP
 * @param exportInterval how often our metrics are sent
 * @param forwards where what agents send is passed on to
 */
public record CollectorSettings(
    String listen,
    Ports ports,
    Limits limits,
    int workers,
    int closedFindings,
    Access access,
    Incidents incidents,
    List<Webhook> webhooks,
    List<Export> exports,
    Duration exportInterval,
    List<Forwarder.To> forwards) {

  /** Ports of OTLP/gRPC, of OTLP/HTTP, and of metrics with the API; 0 takes a free one. */
  public record Ports(int grpc, int http, int web) {
    public Ports {
      port("gRPC", grpc);
      port("HTTP", http);
      port("web", web);
    }
  }

  /**
   * What is taken at most.
   *
   * @param forgetAfter how long a JVM may be silent until it is forgotten and its findings close
   * @param jvms how many JVMs are watched
   * @param seriesPerJvm how many metric series are kept of one JVM
   * @param series how many metric series are kept of all JVMs together
   * @param requestBytes how large a request may be on the wire
   * @param unpackedBytes how large it may be unpacked
   * @param queued how many observations wait to be diagnosed, for each worker
   * @param queuedBytes how many bytes of observations wait in all
   * @param connections how many connections are open at each port
   * @param dumpBytes how large a posted thread dump or flight recording is
   * @param requestTimeout how long a request may take, its coming included
   */
  public record Limits(
      Duration forgetAfter,
      int jvms,
      int seriesPerJvm,
      long series,
      int requestBytes,
      int unpackedBytes,
      int queued,
      long queuedBytes,
      int connections,
      int dumpBytes,
      Duration requestTimeout) {
    public Limits {
      atLeast("forget-after, in seconds,", forgetAfter.toSeconds(), 1);
      atLeast("max-jvms", jvms, 1);
      atLeast("max-series-per-jvm", seriesPerJvm, 1);
      atLeast("max-series", series, 1);
      atLeast("max-request-bytes", requestBytes, 1024);
      atLeast("max-unpacked-bytes", unpackedBytes, 1024);
      atLeast("max-queued", queued, 1);
      atLeast("max-queued-bytes", queuedBytes, 1024);
      atLeast("max-connections", connections, 1);
      atLeast("max-dump-bytes", dumpBytes, 1024);
    }
  }

  /**
   * Who may connect.
   *
   * @param certificate of ours with its chain, PEM; null for no TLS. All three ports have it then
   * @param key of the certificate, PEM, PKCS #8
   * @param clientCa who signs the certificates of senders, PEM; null when none is asked for. Those
   *     who ask for metrics and API need none
   * @param tenants who may send; empty when everybody may
   * @param apiTokens any of them lets ask the API; empty when everybody may
   * @param hosts names that the collector is called by, besides addresses and localhost
   */
  public record Access(
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable Path clientCa,
      List<Tenant> tenants,
      List<String> apiTokens,
      List<String> hosts) {
    public Access {
      tenants = List.copyOf(tenants);
      apiTokens = List.copyOf(apiTokens);
      hosts = List.copyOf(hosts);
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException(
            "TLS: found a certificate without a key or a key without one, expected both or none");
      }
      if (clientCa != null && certificate == null) {
        throw new IllegalArgumentException(
            "tls-client-ca: found without tls-cert and tls-key, expected all three");
      }
      List<String> all = tenants.stream().flatMap(tenant -> tenant.tokens().stream()).toList();
      if (all.size() != Set.copyOf(all).size()) {
        throw new IllegalArgumentException(
            "tokens: found the same one twice, expected each to name one tenant");
      }
    }
  }

  /**
   * Where incidents are kept.
   *
   * @param folder of the embedded database; null when there is a URL
   * @param url of a PostgreSQL database; null when there is a folder. With neither, no incidents
   *     are kept
   * @param book how they are kept
   */
  public record Incidents(@Nullable Path folder, @Nullable String url, IncidentBook.Settings book) {
    public Incidents {
      if (url != null) {
        postgres(url);
      }
    }

    boolean kept() {
      return folder != null || url != null;
    }
  }

  /**
   * A place that our metrics and finding events go to.
   *
   * @param endpoint base URL of its OTLP/HTTP
   * @param headers that go with each export, such as a token
   * @param signals which go there: metrics, and events as logs
   */
  public record Export(URI endpoint, Map<String, String> headers, Set<Signal> signals) {
    static final Set<Signal> SIGNALS = Set.of(Signal.LOGS, Signal.METRICS);

    public Export {
      headers = Map.copyOf(headers);
      signals = Set.copyOf(signals);
      if (!SIGNALS.containsAll(signals)) {
        throw new IllegalArgumentException("export signals: found traces, expected logs, metrics");
      }
      if (!"http".equals(endpoint.getScheme()) && !"https".equals(endpoint.getScheme())) {
        throw new IllegalArgumentException(
            "export endpoint: found '%s', expected a URL such as http://otel:4318"
                .formatted(endpoint));
      }
    }
  }

  public CollectorSettings {
    webhooks = List.copyOf(webhooks);
    exports = List.copyOf(exports);
    forwards = List.copyOf(forwards);
    if (!webhooks.isEmpty() && !incidents.kept()) {
      throw new IllegalArgumentException(
          "webhook: found with incidents that are not kept, expected --incidents or --database");
    }
    atLeast("workers", workers, 1);
    atLeast("closed-findings", closedFindings, 0);
    atLeast("export-interval, in milliseconds,", exportInterval.toMillis(), 100);
  }

  /** The URL, when it is one of PostgreSQL. */
  static String postgres(String url) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "database: found '%s', expected jdbc:postgresql://HOST/NAME?user=…&password=…"
              .formatted(url.replaceAll("(?i)password=[^&]*|//[^/@]*@", "…")));
    }
    return url;
  }

  /** Where that signal goes. */
  List<Export> exportsOf(Signal signal) {
    return exports.stream().filter(export -> export.signals().contains(signal)).toList();
  }

  private static void port(String what, int port) {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException(
          "%s port: found %d, expected 0 (any free one) to 65535".formatted(what, port));
    }
  }

  private static void atLeast(String what, long found, long least) {
    if (found < least) {
      throw new IllegalArgumentException(
          "%s: found %d, expected at least %d".formatted(what, found, least));
    }
  }

  /** The defaults, on free ports of the loopback address, without incidents. */
  public static CollectorSettings onFreePorts() {
    return new Builder().ports(0, 0, 0).build();
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Puts settings together; what is not set is as by default. One thread's. */
  public static final class Builder {
    /** Observations wait as the bytes that they came in. */
    private static final long QUEUED_BYTES =
        Math.max(4 << 20, Runtime.getRuntime().maxMemory() / 16);

    private String listen = "127.0.0.1";
    private int grpcPort = 4317;
    private int httpPort = 4318;
    private int webPort = 9464;
    private Duration forgetAfter = Duration.ofMinutes(5);
    private int jvms = 5_000;
    private int seriesPerJvm = 2_000;
    private long series = 500_000;
    private int requestBytes = 8 << 20;
    private int unpackedBytes = 32 << 20;
    private int queued = 10_000;
    private int connections = 8_192;
    private int dumpBytes = 64 << 20;
    private Duration requestTimeout = Duration.ofSeconds(15);
    private int workers = Math.min(4, Runtime.getRuntime().availableProcessors());
    private @Nullable Path certificate;
    private @Nullable Path key;
    private @Nullable Path clientCa;
    private final List<Tenant> tenants = new ArrayList<>();
    private final List<String> apiTokens = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private @Nullable Path folder;
    private @Nullable String database;
    private Duration reopenWithin = Duration.ofMinutes(10);
    private Duration keepIncidents = Duration.ofDays(30);
    private int maxIncidents = 10_000;
    private long maxIncidentBytes = 1L << 30;
    private final List<Webhook> webhooks = new ArrayList<>();
    private final List<Export> exports = new ArrayList<>();
    private Duration exportInterval = Duration.ofSeconds(15);
    private final List<Forwarder.To> forwards = new ArrayList<>();

    private Builder() {}

    public Builder listen(String address) {
      listen = address;
      return this;
    }

    public Builder ports(int grpc, int http, int web) {
      grpcPort = grpc;
      httpPort = http;
      webPort = web;
      return this;
    }

    public Builder grpcPort(int port) {
      grpcPort = port;
      return this;
    }

    public Builder httpPort(int port) {
      httpPort = port;
      return this;
    }

    public Builder webPort(int port) {
      webPort = port;
      return this;
    }

    public Builder forgetAfter(Duration silence) {
      forgetAfter = silence;
      return this;
    }

    public Builder maxJvms(int most) {
      jvms = most;
      return this;
    }

    public Builder maxSeriesPerJvm(int most) {
      seriesPerJvm = most;
      return this;
    }

    public Builder maxSeries(long most) {
      series = most;
      return this;
    }

    public Builder maxRequestBytes(int most) {
      requestBytes = most;
      return this;
    }

    public Builder maxUnpackedBytes(int most) {
      unpackedBytes = most;
      return this;
    }

    public Builder maxQueued(int most) {
      queued = most;
      return this;
    }

    public Builder maxConnections(int most) {
      connections = most;
      return this;
    }

    public Builder maxDumpBytes(int most) {
      dumpBytes = most;
      return this;
    }

    public Builder requestTimeout(Duration longest) {
      requestTimeout = longest;
      return this;
    }

    public Builder workers(int threads) {
      workers = threads;
      return this;
    }

    /** Speaks TLS at all ports. */
    public Builder tls(@Nullable Path newCertificate, @Nullable Path newKey) {
      certificate = newCertificate;
      key = newKey;
      return this;
    }

    /** Asks senders for a certificate that is signed by one of these. */
    public Builder clientCa(@Nullable Path authorities) {
      clientCa = authorities;
      return this;
    }

    /** Lets that tenant send, and nobody who is none. */
    public Builder tenant(Tenant tenant) {
      tenants.add(tenant);
      return this;
    }

    /** Lets whoever has the token ask the API, and nobody without one. */
    public Builder apiToken(String token) {
      if (token.length() < Tenant.LEAST_TOKEN) {
        throw new IllegalArgumentException(
            "API token: found %d characters, expected at least %d"
                .formatted(token.length(), Tenant.LEAST_TOKEN));
      }
      apiTokens.add(token);
      return this;
    }

    /** Is called by that name, too. */
    public Builder allowedHost(String name) {
      if (!name.matches("[A-Za-z0-9._-]{1,253}")) {
        throw new IllegalArgumentException(
            "allowed-host: found '%s', expected the name of a host without port".formatted(name));
      }
      hosts.add(name);
      return this;
    }

    /** Keeps incidents in an embedded database there. */
    public Builder incidentsIn(@Nullable Path newFolder) {
      folder = newFolder;
      return this;
    }

    /** Keeps incidents in a PostgreSQL database instead. */
    public Builder database(@Nullable String url) {
      database = url;
      return this;
    }

    public Builder reopenWithin(Duration time) {
      reopenWithin = time;
      return this;
    }

    public Builder keepIncidents(Duration time) {
      keepIncidents = time;
      return this;
    }

    public Builder maxIncidents(int most) {
      maxIncidents = most;
      return this;
    }

    public Builder maxIncidentBytes(long most) {
      maxIncidentBytes = most;
      return this;
    }

    /** Tells that place of incidents. */
    public Builder webhook(Webhook webhook) {
      webhooks.add(webhook);
      return this;
    }

    public Builder exportTo(URI endpoint, Map<String, String> headers) {
      return exportTo(new Export(endpoint, headers, Export.SIGNALS));
    }

    public Builder exportTo(Export export) {
      exports.add(export);
      return this;
    }

    /** Passes on to there what agents send. */
    public Builder forwardTo(Forwarder.To endpoint) {
      forwards.add(endpoint);
      return this;
    }

    public Builder exportInterval(Duration interval) {
      exportInterval = interval;
      return this;
    }

    /** The settings; refuses values that make no sense. */
    public CollectorSettings build() {
      atLeast("max-incidents", maxIncidents, 1);
      atLeast("max-incident-bytes", maxIncidentBytes, 1 << 20);
      return new CollectorSettings(
          listen,
          new Ports(grpcPort, httpPort, webPort),
          new Limits(
              forgetAfter,
              jvms,
              seriesPerJvm,
              series,
              requestBytes,
              unpackedBytes,
              queued,
              QUEUED_BYTES,
              connections,
              dumpBytes,
              requestTimeout),
          workers,
          500,
          new Access(certificate, key, clientCa, tenants, apiTokens, hosts),
          new Incidents(
              database == null ? folder : null,
              database,
              new IncidentBook.Settings(
                  reopenWithin, forgetAfter, keepIncidents, maxIncidents, maxIncidentBytes)),
          webhooks,
          exports,
          exportInterval,
          forwards);
    }
  }
}
