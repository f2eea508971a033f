package dev.unpark.diagnosis.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unpark.diagnosis.report.ReportScene;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, which enforces the policy that the page sets. */
class PageInBrowserTest {
  @TempDir private Path directory;

  @Test
  void givenThePage_whenAStackIsAskedFor_thenItsOwnScriptRunsAndNoOther() throws Exception {
    assumeTrue(hasChromium(), "no chromium here; try: apt-get install chromium");
    Path page = directory.resolve("page.html");
    String html = new HtmlReport(ZoneOffset.UTC).render(ReportScene.report());
    String smuggled = "<script>document.title = 'smuggled'</script>";
    Files.writeString(page, html.replace("</main>", smuggled + "</main>"));

    String dom = dom(page.toUri() + "#j1-s1");

    assertThat(dom)
        .containsPattern("<details id=\"j1-s1\" open")
        .contains("<title>Unpark: 1 finding")
        .doesNotContain("<title>smuggled");
  }

  private String dom(String uri) throws Exception {
    Process chromium =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + directory.resolve("profile"),
                "--dump-dom",
                uri)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String dom = new String(chromium.getInputStream().readAllBytes(), UTF_8);
    assertThat(chromium.waitFor()).isZero();
    return dom;
  }

  private static boolean hasChromium() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromium")));
  }
}
