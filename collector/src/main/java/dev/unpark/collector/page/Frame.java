package dev.unpark.collector.page;

import com.linecorp.armeria.common.MediaType;
import dev.unpark.diagnosis.report.html.HtmlReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What all pages have around them, and the policy that the browser holds them to. */
final class Frame {
  /** Markup is made in one place of the script, and the browser refuses it anywhere else. */
  static final String POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " connect-src 'self'; img-src 'self'; frame-src 'self';"
          + " require-trusted-types-for 'script'; trusted-types unpark;"
          // A report is shown in a frame, which is held to the policy of the page around it.
          + " script-src 'self' "
          + HtmlReport.scriptSource()
          + "; style-src 'self' "
          + HtmlReport.styleSource();

  private final String template = resource("frame.html");

  /**
   * @param title of the page
   * @param content markup of our own
   */
  Asset page(String title, String content) {
    String html = template.replace("{title}", title).replace("{content}", content);
    return new Asset(MediaType.HTML_UTF_8, html, POLICY);
  }

  static String resource(String name) {
    try (InputStream in = Frame.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
