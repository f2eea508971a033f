package dev.unpark.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.detect.Detector;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as files over HTTP; what a browser makes of them is tested beside the programs. */
class PagesTest {
  private static final Pattern IMPORT = Pattern.compile("(?:from|import) '\\./([a-z-]+\\.js)'");
  private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"");

  @TempDir private static Path scratch;
  private static Collector collector;
  private static Collector guarded;

  @BeforeAll
  static void start() throws Exception {
    collector =
        Collector.start(Settings.onFreePorts().incidentsIn(scratch.resolve("data")).build());
    guarded = Collector.start(Settings.onFreePorts().apiToken("api-token-1").build());
  }

  @AfterAll
  static void stop() {
    collector.close();
    guarded.close();
  }

  @Test
  void givenEachPage_whenAskedFor_thenItsPolicyIsStrictAndWhatItLinksIsThere() throws Exception {
    for (String path : List.of("/", "/incidents", "/incidents/x", "/jvm", "/locks", "/dump")) {
      HttpResponse<byte[]> page = page(collector, path);
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self' 'sha256-", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      for (String link : found(LINK, text(page))) {
        assertThat(page(collector, link).statusCode()).as(link).isEqualTo(200);
      }
      assertThat(text(page))
          .doesNotContain("<style", " style=", " onclick")
          .doesNotMatch("<script>");
    }
  }

  @Test
  void givenEachScript_whenFollowed_thenEveryImportIsServed() throws Exception {
    List<String> left = new ArrayList<>(List.of("main.js", "theme.js"));
    for (String name : List.of("fleet", "incidents", "incident", "jvm", "locks", "dump")) {
      left.add(name + ".js");
    }
    Set<String> seen = new HashSet<>();
    while (!left.isEmpty()) {
      String script = left.remove(0);
      if (seen.add(script)) {
        HttpResponse<byte[]> answer = page(collector, "/assets/" + script);
        assertThat(answer.statusCode()).as(script).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow())
            .startsWith("text/javascript");
        left.addAll(found(IMPORT, text(answer)));
      }
    }
  }

  @Test
  void givenAPageThatIsKnown_whenAskedForAgain_thenItIsNotSentAgain() throws Exception {
    String tag = page(collector, "/assets/main.js").headers().firstValue("etag").orElseThrow();
    HttpResponse<byte[]> again =
        Http.send("GET", collector.webPort(), "/assets/main.js", new byte[0], "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void givenEveryDetector_whenItsRunbookIsOpened_thenItIsAPageAndListed() throws Exception {
    String list = text(page(collector, "/runbooks"));
    for (String type : Detectors.all().stream().map(Detector::type).toList()) {
      assertThat(list).contains("href=\"/runbooks/" + type + "\"");
      assertThat(text(page(collector, "/runbooks/" + type)))
          .contains("<h1>" + type + "</h1>", "<h2>Stop the bleeding</h2>")
          .doesNotContain(".md\"");
    }
    for (String other : List.of("database-deadlock", "consumer-lag")) {
      assertThat(list).contains("href=\"/runbooks/" + other + "\"");
    }
    assertThat(text(page(collector, "/runbooks/long-hold")))
        .contains("<a href=\"/runbooks/lock-convoy\">");
  }

  @Test
  void givenPathsThatLeadElsewhere_whenAskedFor_thenNothingIsThere() throws Exception {
    for (String path :
        List.of(
            "/assets/..%2f..%2f..%2flogback.xml",
            "/assets/%2e%2e/frame.html",
            "/assets/frame.html",
            "/runbooks/..%2f..%2fPages.class",
            "/runbooks/none",
            "/page/incidents/none",
            "/page/jvms/none")) {
      assertThat(page(collector, path).statusCode()).as(path).isIn(400, 404);
    }
    assertThat(Http.send("POST", collector.webPort(), "/dump", new byte[0]).statusCode())
        .isEqualTo(405);
  }

  @Test
  void givenATokenThatIsAskedFor_whenAPageIsOpened_thenItComesWithoutAndItsDataDoesNot()
      throws Exception {
    for (String open :
        List.of("/", "/incidents", "/incidents/x", "/assets/main.js", "/runbooks/deadlock")) {
      assertThat(page(guarded, open).statusCode()).as(open).isEqualTo(200);
    }
    for (String closed :
        List.of(
            "/page/incidents/x",
            "/page/jvms/x",
            "/api/fleet",
            "/api/incidents/x",
            "/incidents/../api/fleet",
            "/incidents/%2e%2e/api/fleet",
            "/metrics")) {
      assertThat(page(guarded, closed).statusCode()).as(closed).isIn(400, 401);
    }
    assertThat(Http.send("GET", guarded.webPort(), "/", new byte[0]).statusCode()).isEqualTo(401);
  }

  private static HttpResponse<byte[]> page(Collector of, String path) throws Exception {
    return Http.send(
        "GET",
        of.webPort(),
        path,
        new byte[0],
        "Accept",
        "text/html,application/xhtml+xml,*/*;q=0.8");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }
}
