package dev.unpark.apps.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The collector's pages in a real browser, on what a real agent says of a program in trouble whose
 * names are those of an attacker. One collector, one program and one browser for all of it.
 */
@Tag("live")
class PagesLiveTest {
  private static final int WIDE = 1280;
  private static final int NARROW = 390;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path scratch;
  private static final Path SHOTS = Path.of("target", "pages");
  private static PageStage stage;
  private static Chromium browser;
  private static String axe;
  private static String incident;

  @BeforeAll
  static void startAll() throws Exception {
    stage = new PageStage(scratch);
    browser = stage.browser();
    try (InputStream script = PagesLiveTest.class.getResourceAsStream("/axe.min.js")) {
      axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
    incident = JSON.readTree(stage.get("/api/incidents?type=deadlock")).get(0).get("id").asText();
    stage.post(
        "/api/incidents/" + incident + "/evidence?name=recording%3Cb%3E.jfr", ownRecording());
    Files.createDirectories(SHOTS);
  }

  /** What this very JVM does for half a second. */
  private static byte[] ownRecording() throws Exception {
    Path file = scratch.resolve("own.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
      recording.start();
      long end = System.nanoTime() + 500_000_000L;
      while (System.nanoTime() - end < 0) {
        JSON.readTree("[1, 2, 3]");
      }
      recording.dump(file);
    }
    return Files.readAllBytes(file);
  }

  @AfterAll
  static void endAll() {
    if (stage != null) {
      stage.close();
    }
  }

  @BeforeEach
  void startAfresh() throws Exception {
    browser.look(WIDE, 800, false);
    browser.forget(stage.page(""));
    browser.complaints();
  }

  /** A page, and what is on it once it is filled in. */
  record Sight(String name, String path, String filled) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Sight> sights() {
    String jvm = PageStage.JVM;
    return List.of(
        new Sight(
            "fleet",
            "/",
            "document.querySelector('.fleet tbody tr') && document.querySelector('.incident')"),
        new Sight("incidents", "/incidents", "document.querySelector('.incident')"),
        new Sight(
            "incidents-none",
            "/incidents?state=closed",
            "document.querySelector('.incidents .calm')"),
        new Sight(
            "incident",
            "/incidents/" + incident,
            "document.querySelector('.pair .frames') && document.querySelector('svg.graph')"
                + " && document.querySelector('.flames rect')"),
        new Sight("graph", jvm + "#graph", "document.querySelector('#graph svg [tabindex]')"),
        new Sight(
            "lanes",
            jvm + "#lanes",
            "document.querySelector('.costs li') && document.querySelector('canvas').ariaLabel"),
        new Sight(
            "jvm-gone", "/jvm?service=a&instance=b", "document.querySelector('main .notice a')"),
        new Sight("locks", "/locks", "document.querySelector('.costly tbody tr .line')"),
        new Sight("dump", "/dump", "document.querySelector('#diagnose')"),
        new Sight("runbooks", "/runbooks", "document.querySelectorAll('.runbooks li').length > 15"),
        new Sight("runbook", "/runbooks/deadlock", "document.querySelector('.runbook h2')"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sights")
  void givenAPage_whenLookedAtInEachWidthAndTheme_thenItIsSoundAndRunsNoForeignScript(Sight sight)
      throws Exception {
    browser.open(stage.page(sight.path));
    browser.until(sight.filled);
    browser.eval(axe + "; 0");
    for (int width : new int[] {WIDE, NARROW}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.look(width, 844, dark);
        browser.eval("new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn, 0)))");
        String look = "%s-%d-%s".formatted(sight.name, width, dark ? "dark" : "light");
        browser.screenshot(SHOTS.resolve(look + ".png"));
        assertThat(browser.eval("document.documentElement.scrollWidth").asInt())
            .as(look)
            .isLessThanOrEqualTo(width);
        assertThat(browser.eval("getComputedStyle(document.documentElement).colorScheme").asText())
            .as(look)
            .isEqualTo(dark ? "dark" : "light");
        assertThat(accessibility()).as(look).isEmpty();
      }
    }
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.eval("window.smuggled ?? 'nothing'").asText()).isEqualTo("nothing");
    assertThat(
            browser
                .eval("document.querySelectorAll('main img, main script, main [onclick]').length")
                .asInt())
        .isZero();
  }

  @Test
  void givenTheKeyboardOnly_whenAnIncidentIsLookedFor_thenItIsReachedAndLeft() throws Exception {
    browser.open(stage.page("/"));
    browser.until("document.querySelector('.incident')");
    browser.press("Tab");
    browser.until("document.activeElement.className === 'skip'");
    browser.press("Enter");
    browser.until("location.hash === '#main'");
    browser.press("j");
    browser.until("document.activeElement.closest('.incident')");
    browser.press("k");
    browser.press("Enter");
    browser.until(
        "location.pathname.startsWith('/incidents/') && document.querySelector('.headline')");
    browser.press("?");
    browser.until("document.querySelector('dialog[open]')");
    browser.eval("document.querySelector('dialog button').click()");
    String theme = "getComputedStyle(document.documentElement).colorScheme";
    String before = browser.eval(theme).asText();
    browser.press("t");
    browser.until(theme + " !== '" + before + "'");
    browser.press("t");
    browser.until(theme + " === '" + before + "'");
    browser.press("g");
    browser.press("i");
    browser.until("location.pathname === '/incidents' && document.querySelector('.incident')");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenAnOpenIncident_whenAcknowledgedAndCopied_thenTheCollectorKnowsAndTheTextIsMarkdown()
      throws Exception {
    browser.allowClipboard();
    browser.open(stage.page("/incidents/" + incident));
    browser.until("document.querySelector('#copy')");
    assertThat(browser.eval("document.querySelector('h1').textContent").asText())
        .contains(HostileProgram.SCRIPT);
    browser.eval("document.querySelector('#copy').click()");
    browser.until("document.querySelector('.actions [role=status]').textContent === 'copied'");
    assertThat(browser.eval("navigator.clipboard.readText()").asText())
        .contains("## PROVEN deadlock: 2 threads", "&lt;script", "/incidents/" + incident);
    browser.eval("document.querySelector('#by').value = 'ann'");
    browser.eval("document.querySelector('#acknowledge').click()");
    browser.until(
        "document.querySelector('.ack').textContent.includes('ann') && !document.querySelector('.acknowledge')");
    assertThat(
            JSON.readTree(stage.get("/api/incidents/" + incident)).get("acknowledgedBy").asText())
        .isEqualTo("ann");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenTheGraph_whenABoxIsChosen_thenItsStackIsShown() throws Exception {
    browser.open(stage.page(sight("graph")));
    browser.until("document.querySelector('#graph svg .member')");
    browser.eval("document.querySelector('#graph svg .member').focus()");
    browser.press("Enter");
    browser.until("document.querySelector('.beside .frames')");
    assertThat(browser.eval("document.querySelector('.beside').textContent").asText())
        .contains("HostileProgram.takeBoth");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenTheLanes_whenZoomedByKeys_thenTheViewChangesAndTellsWhereTimeWent() throws Exception {
    browser.open(stage.page(sight("lanes")));
    browser.until("document.querySelector('.costs li button')");
    browser.eval("document.querySelector('canvas').focus()");
    String before = browser.eval("document.querySelector('canvas').ariaLabel").asText();
    browser.press("+");
    browser.press("+");
    browser.until(
        "document.querySelector('canvas').ariaLabel !== " + JSON.writeValueAsString(before));
    assertThat(browser.eval("document.querySelector('.costs').textContent").asText())
        .contains("ReentrantLock", "HostileProgram");
    browser.until(
        "(c => new Set(c.getContext('2d').getImageData(0, 30, c.width, c.height - 40).data).size > 20)(document.querySelector('canvas'))");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenADump_whenPasted_thenTheReportIsShownAndNonsenseIsRefused() throws Exception {
    browser.open(stage.page("/dump"));
    browser.until("document.querySelector('#diagnose')");
    browser.eval("document.querySelector('#dump').value = 'no dump at all'");
    browser.eval("document.querySelector('#diagnose').click()");
    browser.until("document.querySelector('iframe')?.srcdoc.includes('expected: ')");
    browser.complaints();
    String dump = stage.dump();
    browser.eval("document.querySelector('#dump').value = " + JSON.writeValueAsString(dump));
    browser.eval("document.querySelector('#diagnose').click()");
    browser.until("document.querySelector('iframe')");
    assertThat(browser.eval("document.querySelector('iframe').srcdoc").asText())
        .contains("deadlock", "&lt;script&gt;");
    browser.screenshot(SHOTS.resolve("dump-report.png"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenACollectorThatAsksForAToken_whenAWrongAndTheRightOneAreGiven_thenOnlyThatOpensThePage()
      throws Exception {
    browser.open(stage.guarded("open-sesame"));
    for (String token : List.of("closed", "open-sesame")) {
      browser.until("document.querySelector('#token') && !document.querySelector('#token').value");
      browser.eval("document.querySelector('#token').value = '" + token + "'");
      browser.eval("document.querySelector('main form').requestSubmit()");
      browser.until(
          token.equals("closed")
              ? "document.querySelector('#why').textContent.includes('not accepted')"
              : "document.querySelector('h1').textContent === 'No JVM reports yet'");
    }
  }

  private static String sight(String name) {
    return sights().stream()
        .filter(sight -> sight.name.equals(name))
        .findFirst()
        .orElseThrow()
        .path;
  }

  @Test
  void givenAFlameGraph_whenKeysArePressed_thenItTellsWhatIsChosenAndZooms() throws Exception {
    browser.open(stage.page("/incidents/" + incident));
    browser.until("document.querySelector('.flames rect')");
    browser.eval("document.querySelector('.flames').focus()");
    String told = "document.querySelector('.tall + .told').textContent";
    assertThat(browser.eval(told).asText()).startsWith("all: ");
    browser.press("ArrowDown");
    browser.until(told + ".startsWith('running: ')");
    browser.press("ArrowDown");
    browser.press("Enter");
    browser.until(
        "document.querySelector('.flames').children[2].width.baseVal.valueAsString === '100%'");
    browser.press("Escape");
    browser.press("Escape");
    browser.until(told + ".startsWith('all: ')");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenTheFleet_whenAServiceIsOpenedAndFiltered_thenItsInstancesCome() throws Exception {
    browser.open(stage.page("/"));
    browser.until("document.querySelector('.toggle')");
    browser.eval("document.querySelector('.toggle').click()");
    browser.until("document.querySelector('tr.instance a')");
    browser.eval(
        "(f => { f.value = 'no such'; f.dispatchEvent(new Event('input')); })(document.querySelector('#filter'))");
    browser.until(
        "!document.querySelector('.toggle') && !document.querySelector('section').hidden");
    browser.eval(
        "(f => { f.value = 'SHOP'; f.dispatchEvent(new Event('input')); })(document.querySelector('#filter'))");
    browser.until("document.querySelector('tr.instance a')");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void givenATelephone_whenAFingerMovesOverTheLanes_thenThePageMoves() throws Exception {
    browser.look(NARROW, 500, false);
    browser.open(stage.page(sight("lanes")));
    browser.until(
        "document.querySelector('.costs li') && document.querySelector('canvas').ariaLabel");
    browser.eval("document.querySelector('canvas').scrollIntoView({block: 'center'})");
    int before = browser.eval("scrollY").asInt();
    JsonNode canvas =
        browser.eval(
            "(b => ({x: b.x + b.width / 2, y: b.y + b.height / 2}))(document.querySelector('canvas').getBoundingClientRect())");
    browser.drag(canvas.get("x").asInt(), canvas.get("y").asInt(), 120);
    browser.until("scrollY < " + before);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Findings of axe-core that keep somebody out. */
  private static List<String> accessibility() throws Exception {
    JsonNode found =
        browser.eval(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')))");
    List<String> all = new ArrayList<>();
    found.forEach(each -> all.add(each.asText()));
    return all;
  }
}
