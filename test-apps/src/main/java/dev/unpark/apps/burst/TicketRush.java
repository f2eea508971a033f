package dev.unpark.apps.burst;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import dev.unpark.apps.parts.Table;
import dev.unpark.apps.parts.WebServer;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.LifecycleException;

/**
 * Sixty buyers a second, who want fifty concerts; then two hundred, who all want one. Each sale has
 * its row for 8 ms, so that 125 a second are the most; with what each costs besides it is fewer.
 * Mended, a limiter turns away what is too much.
 */
public final class TicketRush {
  private static final int USUAL = 60;
  private static final int RUSH = 200;
  private static final int LIMIT = 60;
  private static final int NO_LIMIT = 1_000_000;
  private static final int MAX_THREADS = 20;
  private static final int CONNECTIONS = 8;
  private static final int CONCERTS = 50;
  private static final long SALE_NANOS = 8_000_000;
  private static final int MANY = 50;
  private static final long QUIET_NANOS = 2_000_000_000;
  private static final long REPORT_NANOS = 1_000_000_000;
  private static final Duration PERIOD = Duration.ofMillis(100);

  private TicketRush() {}

  public static void main(String[] args) throws IOException, LifecycleException, SQLException {
    Switches switches = Switches.of(args);
    URI address = startServer(switches.healthy() ? LIMIT : NO_LIMIT);
    Buyers buyers = new Buyers(address, USUAL, CONCERTS);
    Thread crowd = new Thread(buyers::come, "buyers");
    crowd.start();
    LockSupport.parkNanos(QUIET_NANOS);
    buyers.burst(RUSH);
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> buyers.gaveUp() > MANY);
    }
    while (true) {
      LockSupport.parkNanos(REPORT_NANOS);
      System.out.println(buyers.report());
    }
  }

  private static URI startServer(int salesPerSecond)
      throws IOException, LifecycleException, SQLException {
    Table seats = new Table("tickets", CONCERTS, CONNECTIONS, SALE_NANOS);
    TicketServlet servlet = new TicketServlet(seats, limiter(salesPerSecond));
    return WebServer.start("tickets", servlet, "/tickets/*", MAX_THREADS);
  }

  private static RateLimiter limiter(int perSecond) {
    return RateLimiter.of(
        "tickets",
        RateLimiterConfig.custom()
            .limitRefreshPeriod(PERIOD)
            .limitForPeriod(Math.max(1, (int) (perSecond * PERIOD.toMillis() / 1_000)))
            .timeoutDuration(Duration.ZERO)
            .build());
  }
}
