package dev.unpark.benchmarks.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A collector in a process of its own, with a heap of a gigabyte, and what it uses. */
final class CollectorUnderTest implements AutoCloseable {
  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");

  private final Path folder;
  private final Process process;
  private final int httpPort;
  private final int webPort;

  /**
   * @param command what starts it, without options
   * @param exportTo where it tells of findings
   */
  CollectorUnderTest(List<String> command, String exportTo, Path folder)
      throws IOException, InterruptedException {
    this.folder = folder;
    Path ports = folder.resolve("ports");
    List<String> all = new ArrayList<>(command);
    all.addAll(
        List.of(
            "--grpc-port=0",
            "--http-port=0",
            "--web-port=0",
            "--ports-file=" + ports,
            "--incidents=" + folder.resolve("incidents"),
            "--export-endpoint=" + exportTo,
            "--export-interval=1h",
            "--max-jvms=20000"));
    all.addAll(1, List.of("-Xmx1g", "-Xlog:gc:file=" + folder.resolve("gc.log")));
    process =
        new ProcessBuilder(all)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    for (int i = 0; i < 1_200 && !Files.exists(ports); i++) {
      Thread.sleep(100);
    }
    Properties read = new Properties();
    try (var in = Files.newBufferedReader(ports)) {
      read.load(in);
    }
    httpPort = Integer.parseInt(read.getProperty("http.port"));
    webPort = Integer.parseInt(read.getProperty("web.port"));
  }

  int httpPort() {
    return httpPort;
  }

  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The most that was in use after a collection of garbage, in megabytes, and before one. */
  int[] heap() throws IOException {
    int[] most = new int[2];
    for (String line : Files.readAllLines(folder.resolve("gc.log"))) {
      Matcher collection = COLLECTION.matcher(line);
      if (collection.find()) {
        most[0] = Math.max(most[0], Integer.parseInt(collection.group(2)));
        most[1] = Math.max(most[1], Integer.parseInt(collection.group(1)));
      }
    }
    return most;
  }

  /** The most memory that the process ever took, in megabytes; 0 where the system does not tell. */
  long mostResident() throws IOException {
    Path status = Path.of("/proc", "" + process.pid(), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  /** The sum of all series of a metric whose labels contain the text. */
  double metric(String name, String labels) throws IOException, InterruptedException {
    String page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + webPort + "/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return page.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    process.onExit().join();
    String errors = Files.readString(folder.resolve("err"));
    if (errors.contains("\"level\":\"ERROR\"")) {
      System.out.println(errors.lines().filter(l -> l.contains("ERROR")).findFirst().orElse(""));
    }
  }
}
