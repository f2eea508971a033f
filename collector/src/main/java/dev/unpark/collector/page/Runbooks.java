package dev.unpark.collector.page;

import dev.unpark.diagnosis.Detectors;
import dev.unpark.diagnosis.detect.Detector;
import java.util.LinkedHashMap;
import java.util.Map;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The runbooks as pages, one for each detector. */
final class Runbooks {
  private final Parser parser = Parser.builder().build();
  private final HtmlRenderer renderer = HtmlRenderer.builder().escapeHtml(true).build();
  private final Map<String, Asset> pages = new LinkedHashMap<>();

  Runbooks(Frame frame) {
    StringBuilder list = new StringBuilder("<h1>Runbooks</h1><ul class=\"runbooks\" data-list>");
    for (String name : Detectors.all().stream().map(Detector::type).sorted().toList()) {
      Node book = parser.parse(Frame.resource("runbooks/" + name + ".md"));
      book.accept(new LinksBetweenRunbooks());
      pages.put(
          name,
          frame.page(name, "<article class=\"runbook\">" + renderer.render(book) + "</article>"));
      list.append(
          "<li data-item><a href=\"/runbooks/%s\">%s</a> %s</li>"
              .formatted(name, name, first(book)));
    }
    pages.put("", frame.page("runbooks", list.append("</ul>").toString()));
  }

  /** The list under the empty name, and each runbook under its own. */
  Map<String, Asset> pages() {
    return pages;
  }

  /** The first paragraph, without the marks around it. */
  private String first(Node book) {
    Node block = book.getFirstChild();
    while (block != null && !(block instanceof Paragraph)) {
      block = block.getNext();
    }
    return block == null
        ? ""
        : renderer
            .render(block)
            .strip()
            .replaceFirst("^<p>", "<span>")
            .replaceFirst("</p>$", "</span>");
  }

  /**
   * {@code lock-convoy.md} is served as {@code /runbooks/lock-convoy}; other files are not here.
   */
  private static final class LinksBetweenRunbooks extends AbstractVisitor {
    @Override
    public void visit(Link link) {
      String to = link.getDestination();
      if (to.matches("[a-z-]+\\.md")) {
        link.setDestination("/runbooks/" + to.substring(0, to.length() - ".md".length()));
      } else if (!to.startsWith("https://")) {
        link.insertAfter(new Text(" (" + to + ")"));
        while (link.getFirstChild() != null) {
          link.insertBefore(link.getFirstChild());
        }
        link.unlink();
        return;
      }
      visitChildren(link);
    }
  }
}
