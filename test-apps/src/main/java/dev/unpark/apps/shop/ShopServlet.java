package dev.unpark.apps.shop;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** The shop over HTTP: {@code /buy/7}, {@code /ship/7}, {@code /report/0}. */
@SuppressWarnings("serial") // No container that we start writes servlets to disk.
final class ShopServlet extends HttpServlet {
  private final Shop shop;

  ShopServlet(Shop shop) {
    this.shop = shop;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String[] path = request.getPathInfo().split("/");
    try {
      int item = Integer.parseInt(path[2]);
      String answer =
          switch (path[1]) {
            case "buy" -> shop.buy(item);
            case "ship" -> shop.ship(item);
            case "report" -> shop.report();
            default -> throw new IllegalArgumentException("no such service: " + path[1]);
          };
      response.getWriter().println(answer);
    } catch (ExecutionException e) {
      response.sendError(
          HttpServletResponse.SC_INTERNAL_SERVER_ERROR, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    }
  }
}
