package dev.unpark.boot;

import java.io.BufferedInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Sends requests at moments that were fixed beforehand, over connections that stay open, and takes the time of each from
 * the moment at which it was due, not from when it could be sent: a server that stands still for a second is late for
 * all that were due in that second.
 *
 * <pre>
 *   load PORT RATE MILLIS LOG     prints "requests failures seconds"; appends a histogram of microseconds to LOG
 *   percentiles LOG               prints "p50 p99 p99.9 max", of all histograms in LOG together
 * </pre>
 */
public final class FixedRate {
  private static final int CONNECTIONS = 16;
  private static final long HIGHEST_MICROS = 60_000_000;

  private final int port;
  private final double rate;
  private final long millis;
  private final ConcurrentHistogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
  private final AtomicLong failures = new AtomicLong();

  private FixedRate(int port, double rate, long millis) {
    this.port = port;
    this.rate = rate;
    this.millis = millis;
  }

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "load" -> {
        FixedRate load =
            new FixedRate(
                Integer.parseInt(arguments[1]),
                Double.parseDouble(arguments[2]),
                Long.parseLong(arguments[3]));
        load.run();
        load.append(arguments[4]);
      }
      case "percentiles" -> percentiles(arguments[1]);
      default -> throw new IllegalArgumentException("load or percentiles, not " + arguments[0]);
    }
  }

  private void run() throws InterruptedException {
    Thread[] senders = new Thread[CONNECTIONS];
    long begun = System.nanoTime() + 100_000_000;
    for (int i = 0; i < CONNECTIONS; i++) {
      int number = i;
      senders[i] = new Thread(() -> send(begun, number), "sender-" + i);
      senders[i].start();
    }
    for (Thread sender : senders) {
      sender.join();
    }
    double seconds = Math.max(millis / 1e3, (System.nanoTime() - begun) / 1e9);
    System.out.printf("%d %d %.3f%n", micros.getTotalCount(), failures.get(), seconds);
  }

  private void send(long begun, int number) {
    int requests = (int) (rate * millis / 1_000);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = number; i < requests; i += CONNECTIONS) {
        long due = begun + (long) (i / rate * 1e9);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        out.write(request(i));
        if (readAnswer(in) != 200) {
          failures.incrementAndGet();
        }
        micros.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - due) / 1_000));
      }
    } catch (IOException broken) {
      failures.incrementAndGet();
      System.err.println("a connection broke: " + broken);
    }
  }

  /** One of five adds a line to an order, the others read one. */
  private static byte[] request(int i) {
    int owner = i * 31 % 1_000;
    String line =
        i % 5 == 0
            ? "POST /orders/" + owner + "?product=" + i % 100 + "&count=1 HTTP/1.1\r\nContent-Length: 0"
            : "GET /orders/" + owner + " HTTP/1.1";
    return (line + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static int readAnswer(InputStream in) throws IOException {
    int status = Integer.parseInt(readLine(in).split(" ")[1]);
    int length = 0;
    boolean chunked = false;
    for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
      String lower = header.toLowerCase();
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).trim());
      }
      chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
    }
    if (!chunked) {
      in.skipNBytes(length);
      return status;
    }
    do {
      length = Integer.parseInt(readLine(in), 16);
      in.skipNBytes(length + 2);
    } while (length > 0);
    return status;
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private void append(String log) throws IOException {
    try (PrintStream out = new PrintStream(new FileOutputStream(log, true))) {
      new HistogramLogWriter(out).outputIntervalHistogram(0, millis / 1e3, micros, 1);
    }
  }

  private static void percentiles(String log) throws IOException {
    Histogram all = new Histogram(HIGHEST_MICROS, 3);
    HistogramLogReader reader = new HistogramLogReader(log);
    while (reader.hasNext()) {
      all.add((Histogram) reader.nextIntervalHistogram());
    }
    System.out.printf(
        "%.2f %.2f %.2f %.2f%n",
        all.getValueAtPercentile(50) / 1e3,
        all.getValueAtPercentile(99) / 1e3,
        all.getValueAtPercentile(99.9) / 1e3,
        all.getMaxValue() / 1e3);
  }
}
