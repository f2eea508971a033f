package dev.unpark.collector.page;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The runbooks as pages. */
final class Runbooks {
  private final Parser parser = Parser.builder().build();
  private final HtmlRenderer renderer = HtmlRenderer.builder().escapeHtml(true).build();
  private final Map<String, Asset> pages = new LinkedHashMap<>();

  Runbooks(Frame frame) {
    StringBuilder list = new StringBuilder("<h1>Runbooks</h1><ul class=\"runbooks\" data-list>");
    for (String name : names()) {
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

  /** Those beside each detector's, too: a runbook may be of an alert that no detector gives. */
  private static List<String> names() {
    URL one = Objects.requireNonNull(Runbooks.class.getResource("runbooks/deadlock.md"));
    try {
      return one.getProtocol().equals("jar")
          ? inJar((JarURLConnection) one.openConnection())
          : inFolder(Path.of(one.toURI()).resolveSibling(""));
    } catch (IOException | URISyntaxException broken) {
      throw new IllegalStateException("the runbooks cannot be listed", broken);
    }
  }

  private static List<String> inJar(JarURLConnection jar) throws IOException {
    String folder = jar.getEntryName().replaceFirst("[^/]*$", "");
    try (JarFile file = new JarFile(Path.of(URI.create(jar.getJarFileURL().toString())).toFile())) {
      return named(file.stream().map(JarEntry::getName).filter(name -> name.startsWith(folder)));
    }
  }

  private static List<String> inFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return named(files.map(Path::toString));
    }
  }

  private static List<String> named(Stream<String> paths) {
    Pattern name = Pattern.compile("([a-z-]+)\\.md$");
    return paths
        .map(name::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .sorted()
        .toList();
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
