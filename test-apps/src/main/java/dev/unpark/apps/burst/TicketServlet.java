package dev.unpark.apps.burst;

import dev.unpark.apps.parts.Table;
import io.github.resilience4j.ratelimiter.RateLimiter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;

/** Sells tickets over HTTP: {@code /tickets/7}. What is too much gets a 429 at once. */
@SuppressWarnings("serial") // No container that we start writes servlets to disk.
final class TicketServlet extends HttpServlet {
  private static final int TOO_MANY_REQUESTS = 429;

  private final Table seats;
  private final RateLimiter limiter;

  TicketServlet(Table seats, RateLimiter limiter) {
    this.seats = seats;
    this.limiter = limiter;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!limiter.acquirePermission()) {
      response.setHeader("Retry-After", "1");
      response.setStatus(TOO_MANY_REQUESTS);
      return;
    }
    try {
      seats.add(Integer.parseInt(request.getPathInfo().substring(1)));
      response.getWriter().println("sold");
    } catch (SQLException e) {
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, e.getMessage());
    }
  }
}
