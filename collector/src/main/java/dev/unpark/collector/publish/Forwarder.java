package dev.unpark.collector.publish;

import dev.unpark.collector.series.SelfMetrics;
import dev.unpark.collector.series.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what agents send, as it came, to another OTLP/HTTP endpoint.
 *
 * <p>A receiver that is busy or away is tried again for some minutes; one that refuses is not, as
 * OTLP says.
 *
 * <p><b>Threading:</b> any thread may pass; one of its own sends. <b>When full:</b> what is passed
 * then is dropped and counted, never the sender held up.
 */
public final class Forwarder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("unpark.collector");
  private static final int MOST_REQUESTS = 1_000;
  private static final long MOST_BYTES = 32 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Set<Integer> COME_BACK = Set.of(429, 502, 503, 504);

  private final To to;
  private final SelfMetrics self;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_REQUESTS);
  private final AtomicLong bytes = new AtomicLong();
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(TIMEOUT).version(HttpClient.Version.HTTP_1_1).build();
  private final Thread thread;
  private volatile boolean closed;
  private boolean troubled;

  /**
   * Where to.
   *
   * @param endpoint base URL of its OTLP/HTTP
   * @param headers that go with each request, such as a token
   * @param signals which ones go there
   * @param patience how long a request is tried again
   */
  public record To(
      URI endpoint, Map<String, String> headers, Set<Signal> signals, Duration patience) {
    public To {
      headers = Map.copyOf(headers);
      signals = Set.copyOf(signals);
      if (!"http".equals(endpoint.getScheme()) && !"https".equals(endpoint.getScheme())) {
        throw new IllegalArgumentException(
            "forward: found '%s', expected a URL such as http://otel:4318".formatted(endpoint));
      }
    }
  }

  private record Waiting(Signal signal, byte[] request, long since) {}

  public Forwarder(To to, SelfMetrics self) {
    this.to = to;
    this.self = self;
    thread = new Thread(this::send, "unpark-forward");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether it passes on that signal at all. */
  public boolean takes(Signal signal) {
    return to.signals.contains(signal);
  }

  /** Passes on an export request, as protobuf. */
  public void pass(Signal signal, byte[] request) {
    if (!takes(signal)) {
      return;
    }
    boolean room = bytes.addAndGet(request.length) <= MOST_BYTES;
    if (!room || !waiting.offer(new Waiting(signal, request, System.nanoTime()))) {
      bytes.addAndGet(-request.length);
      self.dropped(signal, "forward_full", 1);
    }
  }

  private void send() {
    try {
      while (!closed || !waiting.isEmpty()) {
        Waiting next = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (next != null) {
          bytes.addAndGet(-next.request.length);
          deliver(next);
        }
      }
    } catch (InterruptedException stop) {
      // What still waits is counted below.
    }
    waiting.forEach(left -> self.dropped(left.signal, "forward_failed", 1));
  }

  private void deliver(Waiting next) throws InterruptedException {
    long pause = 500;
    while (true) {
      String trouble;
      long wait = pause;
      try {
        HttpResponse<Void> answer =
            client.send(request(next), HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() / 100 == 2) {
          tell("");
          return;
        }
        trouble = "status " + answer.statusCode();
        if (!COME_BACK.contains(answer.statusCode())) {
          tell(trouble);
          self.dropped(next.signal, "forward_refused", 1);
          return;
        }
        wait = Math.max(wait, retryAfter(answer));
      } catch (IOException away) {
        trouble = away.getClass().getSimpleName() + ": " + away.getMessage();
      }
      self.exportFailed(next.signal, 1);
      tell(trouble);
      if (closed || System.nanoTime() - next.since > to.patience.toNanos()) {
        self.dropped(next.signal, "forward_failed", 1);
        return;
      }
      Thread.sleep(wait);
      pause = Math.min(2 * pause, 10_000);
    }
  }

  private HttpRequest request(Waiting next) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(next.request.length / 3 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(next.request);
    }
    String base = to.endpoint.toString().replaceFirst("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/" + next.signal.label()))
            .timeout(TIMEOUT)
            .header("content-type", "application/x-protobuf")
            .header("content-encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()));
    to.headers.forEach(request::setHeader);
    return request.build();
  }

  /** Milliseconds, half a minute at most: a receiver is not to hold up what waits for ever. */
  private static long retryAfter(HttpResponse<?> answer) {
    String seconds = answer.headers().firstValue("retry-after").orElse("");
    return seconds.matches("\\d{1,6}") ? Math.min(30, Long.parseLong(seconds)) * 1_000 : 0;
  }

  /** Says once that it fails, and once that it works again. */
  private void tell(String trouble) {
    if (trouble.isEmpty() == troubled) {
      troubled = !troubled;
      LOG.atWarn()
          .addKeyValue("endpoint", to.endpoint.getHost())
          .log(troubled ? "cannot forward: " + trouble : "forwarding works again");
    }
  }

  /** Takes no more, tries what waits once, and counts what could not be delivered. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(3_000);
      thread.interrupt();
      thread.join(1_000);
    } catch (InterruptedException hurry) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
