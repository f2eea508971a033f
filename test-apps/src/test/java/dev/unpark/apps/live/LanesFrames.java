package dev.unpark.apps.live;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long frames take while lanes are moved; a measurement and no test, run by {@code
 * benchmarks/lanes-frames}.
 *
 * <p>The page, the browser and the collector are real; the answer with the lanes is made up in the
 * browser: 500 threads of which each does something else at each of 300 looks, 2 s apart, which is
 * the most that ten minutes can hold.
 */
@Tag("live")
class LanesFrames {
  @Test
  void measure(@TempDir Path scratch) throws Exception {
    String script;
    try (var in = LanesFrames.class.getResourceAsStream("lanes-frames.js")) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (PageStage stage = new PageStage(scratch)) {
      Chromium browser = stage.browser();
      browser.look(1280, 900, false);
      browser.beforeEachPage(script);
      browser.open(stage.page(PageStage.JVM + "#lanes"));
      browser.until("document.querySelector('.costs li button')");
      System.out.println("frame, ms: what is done, median, 95th of 100, longest; 300 frames each");
      for (String what : new String[] {"nothing", "pan", "scroll", "scroll-dense", "zoom-dense"}) {
        System.out.println(browser.eval("measureFrames('" + what + "')").asText());
      }
    }
  }
}
