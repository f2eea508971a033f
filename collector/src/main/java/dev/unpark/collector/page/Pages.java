package dev.unpark.collector.page;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.unpark.diagnosis.report.html.HtmlReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Serves the pages, their scripts and the runbooks. All of it is read from the jar once, so that no
 * path leads anywhere else.
 *
 * <p><b>Threading:</b> any thread may call anything.
 */
public final class Pages {
  private static final MediaType SCRIPT = MediaType.parse("text/javascript; charset=utf-8");
  private static final MediaType STYLE = MediaType.parse("text/css; charset=utf-8");

  /** The policy of what is no page. */
  private static final String NOTHING = "default-src 'none'";

  /** Pages whose content a script fills in; each has a script of its name. */
  private static final Map<String, String> FILLED =
      Map.of(
          "/",
          "fleet",
          "/incidents",
          "incidents",
          "/jvm",
          "jvm",
          "/locks",
          "locks",
          "/dump",
          "dump");

  private static final List<String> SCRIPTS =
      List.of(
          "api",
          "dom",
          "dump",
          "evidence",
          "flames",
          "fleet",
          "incident",
          "incidents",
          "jvm",
          "keys",
          "lanes",
          "lanes-draw",
          "lanes-model",
          "locks",
          "main",
          "rows",
          "theme",
          "words");

  private final Asset index;
  private final Asset incident;
  private final Map<String, Asset> byPath = new LinkedHashMap<>();
  private final Frame frame = new Frame();
  private @Nullable Map<String, Asset> runbooks;

  /**
   * @param index what is at {@code /} for whoever asks for no page
   */
  public Pages(String index) {
    this.index = new Asset(MediaType.PLAIN_TEXT_UTF_8, index, NOTHING);
    FILLED.forEach((path, name) -> byPath.put(path, frame.page(name, filledBy(name))));
    incident = frame.page("incident", filledBy("incident"));
    byPath.put("/assets/unpark.css", asset(STYLE, "unpark.css", HtmlReport.graphStyle()));
    byPath.put("/assets/icon.svg", asset(MediaType.SVG_UTF_8, "icon.svg", ""));
    for (String script : SCRIPTS) {
      byPath.put("/assets/" + script + ".js", asset(SCRIPT, script + ".js", ""));
    }
  }

  /** Adds the pages to a server. */
  public void addTo(ServerBuilder server) {
    byPath.forEach(
        (path, asset) ->
            server.service(
                path,
                (context, request) ->
                    answer(request, path.equals("/") && !wantsPage(request) ? index : asset)));
    server.service("/incidents/{id}", (context, request) -> answer(request, incident));
    server.service("/runbooks", (context, request) -> runbook(request, ""));
    server.service(
        "/runbooks/{name}", (context, request) -> runbook(request, context.pathParam("name")));
  }

  private HttpResponse runbook(HttpRequest request, String name) {
    Asset page = runbooks().get(name);
    return page == null ? HttpResponse.of(HttpStatus.NOT_FOUND) : answer(request, page);
  }

  /** Made when first asked for: a collector that starts has better things to do. */
  private synchronized Map<String, Asset> runbooks() {
    if (runbooks == null) {
      runbooks = new Runbooks(frame).pages();
    }
    return runbooks;
  }

  /**
   * Whether a request may be answered to everybody: a page holds no data, and its script asks for a
   * token where one is needed.
   */
  public boolean isOpen(ServiceRequestContext context, HttpRequest request) {
    String path = context.path();
    return path.equals("/")
        ? wantsPage(request)
        : byPath.containsKey(path)
            || path.equals("/runbooks")
            || path.startsWith("/runbooks/")
            || path.startsWith("/incidents/");
  }

  private static HttpResponse answer(HttpRequest request, Asset asset) {
    return request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD
        ? asset.answer(request)
        : HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
  }

  private static boolean wantsPage(HttpRequest request) {
    return request.headers().accept().stream()
        .anyMatch(type -> type.type().equals("text") && type.subtype().equals("html"));
  }

  private static String filledBy(String script) {
    return "<div id=\"content\" data-page=\"" + script + "\" aria-busy=\"true\"></div>";
  }

  private static Asset asset(MediaType type, String name, String more) {
    return new Asset(type, Frame.resource(name) + more, NOTHING);
  }
}
