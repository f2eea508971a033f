package dev.unpark.agent.program;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/**
 * A real web server that asks itself for pages, prints the answers, and then serves one request
 * without end. Arguments: which server, {@code jdk} or {@code tomcat}; its folder.
 */
public final class WebServer {
  private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

  private WebServer() {}

  public static void main(String[] arguments) throws Exception {
    TOMCAT_LOG.setLevel(Level.OFF);
    boolean jdk = arguments[0].equals("jdk");
    String base = "http://127.0.0.1:" + (jdk ? startJdk() : startTomcat(arguments[1]));
    HttpClient client = HttpClient.newHttpClient();
    System.out.println(ask(client, HttpRequest.newBuilder(URI.create(base + "/first"))));
    Signal.await(Path.of(arguments[1]));
    for (int i = 0; i < 3; i++) {
      System.out.println(ask(client, HttpRequest.newBuilder(URI.create(base + "/ok"))));
    }
    System.out.println(
        ask(
            client,
            HttpRequest.newBuilder(URI.create(base + "/made"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))));
    System.out.println(ask(client, HttpRequest.newBuilder(URI.create(base + "/missing"))));
    System.out.println(
        ask(
            client,
            HttpRequest.newBuilder(URI.create(base + "/broken"))
                .POST(HttpRequest.BodyPublishers.noBody())));
    System.out.println("ready");
    ask(
        client,
        HttpRequest.newBuilder(URI.create(base + "/hang"))
            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  }

  private static String ask(HttpClient client, HttpRequest.Builder request) throws Exception {
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body().lines().findFirst().orElse("");
    } catch (IOException closed) {
      return "closed";
    }
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static int startJdk() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", WebServer::answer);
    server.start();
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    switch (exchange.getRequestURI().getPath()) {
      case "/ok" -> {
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write(new byte[] {'o', 'k'});
      }
      case "/first" -> exchange.sendResponseHeaders(204, -1);
      case "/made" -> exchange.sendResponseHeaders(201, -1);
      case "/broken" -> throw new IllegalStateException("as the test wants it");
      case "/hang" -> hang();
      default -> exchange.sendResponseHeaders(404, -1);
    }
    exchange.close();
  }

  private static int startTomcat(String folder) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", folder);
    FilterDef filter = new FilterDef();
    filter.setFilterName("nothing");
    filter.setFilter(new PassingFilter());
    context.addFilterDef(filter);
    FilterMap map = new FilterMap();
    map.setFilterName("nothing");
    map.addURLPattern("/*");
    context.addFilterMap(map);
    Tomcat.addServlet(context, "pages", new Pages()).addMapping("/");
    tomcat.start();
    return tomcat.getConnector().getLocalPort();
  }

  /** Passes everything on. */
  private static final class PassingFilter implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      chain.doFilter(request, response);
    }
  }

  /** The same pages as those of the other server. */
  private static final class Pages extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      switch (request.getServletPath()) {
        case "/ok" -> response.getOutputStream().print("ok");
        case "/first" -> response.setStatus(204);
        case "/made" -> response.setStatus(201);
        case "/broken" -> throw new IllegalStateException("as the test wants it");
        case "/hang" -> hang();
        default -> response.sendError(404);
      }
    }
  }
}
