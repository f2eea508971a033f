package dev.unpark.collector;

import dev.unpark.collector.publish.Webhook;
import dev.unpark.collector.receive.Tenant;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the collector. */
@Command(
    name = "unpark-collector",
    mixinStandardHelpOptions = true,
    versionProvider = CollectorMain.Version.class,
    sortOptions = false,
    subcommands = {ExportCommand.class, ImportCommand.class},
    description =
        "Takes OTLP from JVMs that run the Unpark agent, says why their threads wait,"
            + " and serves findings and metrics.",
    footer = {
      "",
      "Each option may be given as an environment variable instead: --grpc-port as UNPARK_GRPC_PORT.",
      "Exit codes: 0 stopped, 2 bad usage, 4 cannot run here, such as a port that is taken."
    })
public final class CollectorMain implements Callable<Integer> {
  static final int OK = 0;
  static final int BAD_USAGE = 2;
  static final int UNREADABLE = 3;
  static final int CANNOT_RUN = 4;

  @Spec private @Nullable CommandSpec spec;
  private @Nullable ConfigFile file;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "YAML: any of these options by its name without dashes, and lists of tenants, exports and"
              + " forward. What the command line or the environment says counts more.")
  private @Nullable Path config;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      defaultValue = "${env:UNPARK_LISTEN:-127.0.0.1}",
      description = "Address of all ports. Default: ${DEFAULT-VALUE}, this machine only.")
  private String listen = "";

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      defaultValue = "${env:UNPARK_GRPC_PORT:-4317}",
      description = "OTLP/gRPC; 0 takes any free port. Default: ${DEFAULT-VALUE}.")
  private int grpcPort;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "${env:UNPARK_HTTP_PORT:-4318}",
      description = "OTLP/HTTP. Default: ${DEFAULT-VALUE}.")
  private int httpPort;

  @Option(
      names = "--web-port",
      paramLabel = "PORT",
      defaultValue = "${env:UNPARK_WEB_PORT:-9464}",
      description = "Metrics and API. Default: ${DEFAULT-VALUE}.")
  private int webPort;

  @Option(
      names = "--ports-file",
      paramLabel = "FILE",
      defaultValue = "${env:UNPARK_PORTS_FILE:-" + Option.NULL_VALUE + "}",
      description = "Writes the ports here, as properties, once they are open.")
  private @Nullable Path portsFile;

  @Option(
      names = "--forget-after",
      paramLabel = "TIME",
      converter = DurationOption.class,
      defaultValue = "${env:UNPARK_FORGET_AFTER:-5m}",
      description =
          "A JVM silent for so long is forgotten, its findings close. Default: ${DEFAULT-VALUE}.")
  private Duration forgetAfter = Duration.ZERO;

  @Option(
      names = "--max-jvms",
      paramLabel = "N",
      defaultValue = "${env:UNPARK_MAX_JVMS:-5000}",
      description = "JVMs watched at most. Default: ${DEFAULT-VALUE}.")
  private int maxJvms;

  @Option(
      names = "--max-series-per-jvm",
      paramLabel = "N",
      defaultValue = "${env:UNPARK_MAX_SERIES_PER_JVM:-2000}",
      description = "Metric series kept of one JVM at most. Default: ${DEFAULT-VALUE}.")
  private int maxSeriesPerJvm;

  @Option(
      names = "--max-series",
      paramLabel = "N",
      defaultValue = "${env:UNPARK_MAX_SERIES:-500000}",
      description = "Metric series kept in all at most. Default: ${DEFAULT-VALUE}.")
  private long maxSeries;

  @Option(
      names = "--max-request-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:UNPARK_MAX_REQUEST_BYTES:-8388608}",
      description = "Size of a request on the wire. Default: ${DEFAULT-VALUE}.")
  private int maxRequestBytes;

  @Option(
      names = "--max-unpacked-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:UNPARK_MAX_UNPACKED_BYTES:-33554432}",
      description = "Size of a request unpacked. Default: ${DEFAULT-VALUE}.")
  private int maxUnpackedBytes;

  @Option(
      names = "--export-endpoint",
      paramLabel = "URL",
      defaultValue = "${env:UNPARK_EXPORT_ENDPOINT:-" + Option.NULL_VALUE + "}",
      description = "Where finding events and our own metrics go, by OTLP/HTTP. Default: nowhere.")
  private @Nullable URI exportEndpoint;

  @Option(
      names = "--export-header",
      paramLabel = "NAME=VALUE",
      defaultValue = "${env:UNPARK_EXPORT_HEADER:-" + Option.NULL_VALUE + "}",
      description = "A header of each export, such as a token. May be repeated.")
  private @Nullable Map<String, String> exportHeaders;

  @Option(
      names = "--export-interval",
      paramLabel = "TIME",
      converter = DurationOption.class,
      defaultValue = "${env:UNPARK_EXPORT_INTERVAL:-15s}",
      description = "How often our own metrics are sent. Default: ${DEFAULT-VALUE}.")
  private Duration exportInterval = Duration.ZERO;

  @Option(
      names = "--incidents",
      paramLabel = "FOLDER",
      defaultValue = "${env:UNPARK_INCIDENTS:-unpark-data}",
      description =
          "Folder of the embedded database that keeps incidents; 'none' keeps none."
              + " Default: ${DEFAULT-VALUE}.")
  private String incidents = "";

  @Option(
      names = "--database",
      paramLabel = "URL",
      defaultValue = "${env:UNPARK_DATABASE:-" + Option.NULL_VALUE + "}",
      description =
          "Keeps incidents in PostgreSQL instead:"
              + " jdbc:postgresql://HOST/NAME?user=...&password=...")
  private @Nullable String database;

  @Option(
      names = "--keep-incidents",
      paramLabel = "TIME",
      converter = DurationOption.class,
      defaultValue = "${env:UNPARK_KEEP_INCIDENTS:-720h}",
      description = "How long a closed incident is kept. Default: ${DEFAULT-VALUE}.")
  private Duration keepIncidents = Duration.ZERO;

  @Option(
      names = "--max-incidents",
      paramLabel = "N",
      defaultValue = "${env:UNPARK_MAX_INCIDENTS:-10000}",
      description = "Incidents kept at most; the oldest closed ones go. Default: ${DEFAULT-VALUE}.")
  private int maxIncidents;

  @Option(
      names = "--max-incident-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:UNPARK_MAX_INCIDENT_BYTES:-1073741824}",
      description =
          "Room that incidents and their evidence take at most; the oldest closed ones go."
              + " Default: ${DEFAULT-VALUE}.")
  private long maxIncidentBytes;

  @Option(
      names = "--webhook",
      paramLabel = "KIND=URL",
      split = ",",
      defaultValue = "${env:UNPARK_WEBHOOK:-" + Option.NULL_VALUE + "}",
      description =
          "Tells that place of incidents: json=URL, alertmanager=URL or slack=URL."
              + " May be repeated.")
  private @Nullable List<String> webhooks;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "${env:UNPARK_MAX_CONNECTIONS:-8192}",
      description = "Connections open at each port at most. Default: ${DEFAULT-VALUE}.")
  private int maxConnections;

  @Option(
      names = "--max-dump-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:UNPARK_MAX_DUMP_BYTES:-67108864}",
      description =
          "Largest thread dump, recording or other file posted. Default: ${DEFAULT-VALUE}.")
  private int maxDumpBytes;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      defaultValue = "${env:UNPARK_TLS_CERT:-" + Option.NULL_VALUE + "}",
      description = "Our certificate with its chain, PEM: all ports speak TLS then.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      defaultValue = "${env:UNPARK_TLS_KEY:-" + Option.NULL_VALUE + "}",
      description = "Its key, PEM, PKCS #8 without a password.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      defaultValue = "${env:UNPARK_TLS_CLIENT_CA:-" + Option.NULL_VALUE + "}",
      description = "Senders must show a certificate that is signed by one of these, PEM.")
  private @Nullable Path tlsClientCa;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      split = ",",
      defaultValue = "${env:UNPARK_TOKEN:-" + Option.NULL_VALUE + "}",
      description =
          "Senders must show one of these as 'authorization: Bearer TOKEN'. May be repeated.")
  private @Nullable List<String> tokens;

  @Option(
      names = "--api-token",
      paramLabel = "TOKEN",
      split = ",",
      defaultValue = "${env:UNPARK_API_TOKEN:-" + Option.NULL_VALUE + "}",
      description = "Who asks for metrics and API must show one of these. May be repeated.")
  private @Nullable List<String> apiTokens;

  @Option(
      names = "--allowed-host",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "${env:UNPARK_ALLOWED_HOST:-" + Option.NULL_VALUE + "}",
      description =
          "A name that browsers and senders call the collector by, besides addresses and localhost."
              + " May be repeated. Default: on loopback no other, elsewhere any.")
  private @Nullable List<String> allowedHosts;

  /** Starts a collector that runs until it is told to stop. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command line and returns its exit code. */
  static int run(String... arguments) {
    CollectorMain main = new CollectorMain();
    CommandLine line = new CommandLine(main);
    line.setParameterExceptionHandler(main::badUsage).setExecutionExceptionHandler(main::cannotRun);
    Path path = configPath(arguments);
    if (path != null) {
      try {
        ConfigFile file = ConfigFile.read(path, longOptions(line));
        main.file = file;
        line.setDefaultValueProvider(argument -> fromFile(file, argument));
      } catch (ConfigFile.Wrong wrong) {
        line.getErr().println("cannot start the collector: " + wrong.getMessage());
        line.getErr().println("  try:      unpark-collector --help");
        return BAD_USAGE;
      }
    }
    return line.execute(arguments);
  }

  /** Where the file is must be known before the command line can be read with its help. */
  private static @Nullable Path configPath(String... arguments) {
    String path = System.getenv("UNPARK_CONFIG");
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith("--config=")) {
        path = arguments[i].substring("--config=".length());
      } else if (arguments[i].equals("--config") && i + 1 < arguments.length) {
        path = arguments[i + 1];
      }
    }
    return path == null || path.isEmpty() ? null : Path.of(path);
  }

  private static Set<String> longOptions(CommandLine line) {
    Set<String> names = new TreeSet<>();
    for (CommandLine.Model.OptionSpec option : line.getCommandSpec().options()) {
      names.add(option.longestName().substring(2));
    }
    names.removeAll(Set.of("config", "help", "version"));
    return names;
  }

  /** Null where the file says nothing, or the environment says something. */
  private static @Nullable String fromFile(ConfigFile file, CommandLine.Model.ArgSpec argument) {
    if (!(argument instanceof CommandLine.Model.OptionSpec option)) {
      return null;
    }
    String name = option.longestName().substring(2);
    ConfigFile.Entry entry = file.option(name);
    String variable = "UNPARK_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
    return entry == null || System.getenv(variable) != null ? null : entry.text();
  }

  @Override
  public Integer call() throws Exception {
    CollectorSettings settings;
    try {
      CollectorSettings.Builder chosen =
          CollectorSettings.builder()
              .listen(listen)
              .ports(grpcPort, httpPort, webPort)
              .forgetAfter(forgetAfter)
              .maxJvms(maxJvms)
              .maxSeriesPerJvm(maxSeriesPerJvm)
              .maxSeries(maxSeries)
              .maxRequestBytes(maxRequestBytes)
              .maxUnpackedBytes(maxUnpackedBytes)
              .exportInterval(exportInterval)
              .incidentsIn(incidents.equals("none") ? null : Path.of(incidents))
              .database(database)
              .keepIncidents(keepIncidents)
              .maxIncidents(maxIncidents)
              .maxIncidentBytes(maxIncidentBytes)
              .maxConnections(maxConnections)
              .maxDumpBytes(maxDumpBytes)
              .tls(tlsCertificate, tlsKey)
              .clientCa(tlsClientCa);
      if (tokens != null) {
        chosen.tenant(
            new Tenant("default", tokens, maxJvms, Long.MAX_VALUE / 4, Long.MAX_VALUE / 4));
      }
      if (webhooks != null) {
        webhooks.forEach(webhook -> chosen.webhook(Webhook.of(webhook)));
      }
      if (apiTokens != null) {
        apiTokens.forEach(chosen::apiToken);
      }
      if (allowedHosts != null) {
        allowedHosts.forEach(chosen::allowedHost);
      }
      if (exportEndpoint != null) {
        chosen.exportTo(exportEndpoint, exportHeaders == null ? Map.of() : exportHeaders);
      }
      ConfigFile chosenFile = file;
      if (chosenFile != null) {
        chosenFile.tenants().forEach(chosen::tenant);
        chosenFile.exports().forEach(chosen::exportTo);
        chosenFile.forwards().forEach(chosen::forwardTo);
      }
      settings = chosen.build();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(new CommandLine(this), String.valueOf(wrong.getMessage()));
    }
    Collector collector = Collector.start(settings);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  collector.close();
                  stopped.countDown();
                },
                "unpark-shutdown"));
    announce(collector);
    stopped.await();
    return OK;
  }

  private void announce(Collector collector) throws IOException {
    Path file = portsFile;
    if (file != null) {
      writePorts(file, collector);
    }
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.printf(
        "unpark-collector ready grpc=%s:%d http=%s:%d web=%s:%d startup_ms=%d%n",
        listen,
        collector.grpcPort(),
        listen,
        collector.httpPort(),
        listen,
        collector.webPort(),
        System.currentTimeMillis() - started);
    System.out.flush();
  }

  /** Written beside and moved, so that whoever waits for the file never reads half of it. */
  private static void writePorts(Path file, Collector collector) throws IOException {
    Path target = file.toAbsolutePath();
    Path beside = target.resolveSibling(target.getFileName() + ".tmp");
    Files.writeString(
        beside,
        "grpc.port=%d%nhttp.port=%d%nweb.port=%d%npid=%d%n"
            .formatted(
                collector.grpcPort(),
                collector.httpPort(),
                collector.webPort(),
                ProcessHandle.current().pid()));
    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
  }

  private int badUsage(ParameterException wrong, String[] arguments) {
    PrintWriter err = wrong.getCommandLine().getErr();
    String complaint = String.valueOf(wrong.getMessage());
    String place = file == null ? "" : file.place(complaint);
    CommandLine command = wrong.getCommandLine();
    boolean isOurs = command.getParent() == null;
    err.printf(
        "cannot %s: %s%s%n",
        isOurs ? "start the collector" : command.getCommandName(), place, complaint);
    err.printf("  try:      %s --help%n", command.getCommandSpec().qualifiedName());
    return BAD_USAGE;
  }

  private int cannotRun(
      Exception failure, CommandLine line, CommandLine.@Nullable ParseResult parsed) {
    if (failure instanceof ParameterException wrong) {
      return badUsage(wrong, new String[0]);
    }
    if (failure instanceof StartFailure) {
      line.getErr().println(failure.getMessage());
    } else if (failure instanceof IOException) {
      line.getErr().println("cannot write the ports file: " + failure.getMessage());
      line.getErr().println("  expected: a path in a folder that exists and may be written");
    } else {
      line.getErr().println("internal fault of the collector; this is a bug, please report it");
      failure.printStackTrace(line.getErr());
    }
    return CANNOT_RUN;
  }

  static PrintWriter out(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  static PrintWriter err(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  /** The version of the jar. */
  static String version() {
    String version = CollectorMain.class.getPackage().getImplementationVersion();
    return version == null ? "unversioned" : version;
  }

  /** {@code --version}. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"unpark-collector " + version()};
    }
  }
}
