package dev.unpark.diagnosis.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a graph that has been laid out: boxes in layers, arrows between them. */
final class Svg {
  private static final double LETTER = 7.4;
  private static final double PADDING = 12;
  private static final double HEIGHT = 34;
  private static final double GAP_X = 26;
  private static final double GAP_Y = 46;
  private static final double MARGIN = 18;
  private static final double LANE = 14;
  private static final double GUTTER = 14;
  private static final double CORNER = 8;
  private static final int LABEL_SHOWN = 30;

  /**
   * A box.
   *
   * @param style its class
   * @param label what stands in it
   * @param title what a pointer that rests on it is told
   * @param threads ids of the threads that it stands for, between blanks; empty for none
   */
  record Node(String style, String label, String title, String threads) {
    /** Cut in the middle: threads of one kind differ at the end. */
    String shown() {
      int half = LABEL_SHOWN / 2;
      return label.length() <= LABEL_SHOWN
          ? label
          : label.substring(0, half - 2) + "..." + label.substring(label.length() - half + 1);
    }

    double width() {
      return shown().length() * LETTER + 2 * PADDING;
    }
  }

  /** An arrow, and its class. */
  record Arrow(int from, int to, String style) {}

  private final List<Node> nodes;
  private final List<Arrow> arrows;
  private final Layout layout;
  private final double[] x;
  private final double inner;
  private int lanes;

  Svg(List<Node> nodes, List<Arrow> arrows) {
    this.nodes = nodes;
    this.arrows = arrows;
    List<Layout.Edge> edges = new ArrayList<>();
    arrows.forEach(arrow -> edges.add(new Layout.Edge(arrow.from(), arrow.to())));
    this.layout = new Layout(nodes.size(), edges);
    this.x = new double[nodes.size()];
    this.inner = layout.layers().stream().mapToDouble(this::widthOf).max().orElse(0);
    for (List<Integer> layer : layout.layers()) {
      double left = MARGIN + (inner - widthOf(layer)) / 2;
      for (int node : layer) {
        x[node] = left;
        left += nodes.get(node).width() + GAP_X;
      }
    }
  }

  /** A number as SVG reads it, in every locale. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /**
   * @param label what a reader who does not see the picture is told
   * @param id unique on the page
   */
  void append(Html page, String label, String id) {
    Html paths = new Html();
    arrows.forEach(arrow -> path(paths, arrow, id));
    double width = 2 * MARGIN + inner + lanes * LANE + (lanes > 0 ? LANE : 0);
    double height =
        2 * MARGIN + layout.layers().size() * HEIGHT + (layout.layers().size() - 1) * GAP_Y;
    page.open(
        "svg",
        "class",
        "graph",
        "role",
        "img",
        "aria-label",
        label,
        "width",
        number(width),
        "height",
        number(height),
        "viewBox",
        "0 0 " + number(width) + " " + number(height));
    page.open("defs");
    for (String style : List.of("waits", "held")) {
      page.open(
          "marker",
          "id",
          id + "-" + style,
          "class",
          style,
          "viewBox",
          "0 0 8 8",
          "refX",
          "7",
          "refY",
          "4",
          "markerWidth",
          "8",
          "markerHeight",
          "8",
          "orient",
          "auto-start-reverse");
      page.ours("<path d=\"M0 0L8 4L0 8z\"></path>").close("marker");
    }
    page.close("defs").ours(paths.toString());
    for (int node = 0; node < nodes.size(); node++) {
      box(page, node);
    }
    page.close("svg");
  }

  private double widthOf(List<Integer> layer) {
    return layer.stream().mapToDouble(node -> nodes.get(node).width() + GAP_X).sum() - GAP_X;
  }

  private double top(int node) {
    return MARGIN + layout.layerOf(node) * (HEIGHT + GAP_Y);
  }

  private double middle(int node) {
    return x[node] + nodes.get(node).width() / 2;
  }

  private void path(Html out, Arrow arrow, String id) {
    int down = layout.layerOf(arrow.to()) - layout.layerOf(arrow.from());
    out.open(
        "path",
        "class",
        "arrow " + arrow.style(),
        "marker-end",
        "url(#" + id + "-" + arrow.style() + ")",
        "d",
        down == 1 ? straight(arrow) : around(arrow));
    out.close("path");
  }

  private String straight(Arrow arrow) {
    double fromY = top(arrow.from()) + HEIGHT;
    double toY = top(arrow.to());
    double bend = (toY - fromY) / 2;
    return "M%s %sC%s %s %s %s %s %s"
        .formatted(
            number(middle(arrow.from())),
            number(fromY),
            number(middle(arrow.from())),
            number(fromY + bend),
            number(middle(arrow.to())),
            number(toY - bend),
            number(middle(arrow.to())),
            number(toY));
  }

  /**
   * One that leads up, or past a layer, takes a lane of its own at the right of everything. Between
   * box and lane it passes above or below the boxes that stand further right, since behind them it
   * would seem to come from them.
   */
  private String around(Arrow arrow) {
    lanes++;
    double lane = MARGIN + inner + lanes * LANE;
    List<double[]> way = new ArrayList<>();
    double leaves = top(arrow.from()) + HEIGHT / 2;
    if (isRightmost(arrow.from())) {
      way.add(point(right(arrow.from()), leaves));
    } else {
      leaves = top(arrow.from()) + HEIGHT + GUTTER;
      way.add(point(offMiddle(arrow.from()), leaves - GUTTER));
      way.add(point(offMiddle(arrow.from()), leaves));
    }
    way.add(point(lane, leaves));
    if (isRightmost(arrow.to())) {
      double arrives = top(arrow.to()) + HEIGHT / 2 + (arrow.from() == arrow.to() ? 8 : 0);
      way.add(point(lane, arrives));
      way.add(point(right(arrow.to()), arrives));
    } else {
      double arrives = top(arrow.to()) - GUTTER;
      way.add(point(lane, arrives));
      way.add(point(offMiddle(arrow.to()), arrives));
      way.add(point(offMiddle(arrow.to()), top(arrow.to())));
    }
    return rounded(way);
  }

  private boolean isRightmost(int node) {
    List<Integer> layer = layout.layers().get(layout.layerOf(node));
    return layer.get(layer.size() - 1) == node;
  }

  private double right(int node) {
    return x[node] + nodes.get(node).width();
  }

  /** Beside the middle, where straight arrows begin and end. */
  private double offMiddle(int node) {
    return x[node] + nodes.get(node).width() * 3 / 4;
  }

  private static double[] point(double x, double y) {
    return new double[] {x, y};
  }

  /** Straight lines from point to point, each level or upright, with round corners. */
  private static String rounded(List<double[]> way) {
    StringBuilder path = new StringBuilder("M").append(place(way.get(0)));
    for (int i = 1; i < way.size() - 1; i++) {
      double[] corner = way.get(i);
      path.append('L').append(place(towards(corner, way.get(i - 1))));
      path.append('Q').append(place(corner)).append(' ');
      path.append(place(towards(corner, way.get(i + 1))));
    }
    return path.append('L').append(place(way.get(way.size() - 1))).toString();
  }

  private static double[] towards(double[] corner, double[] other) {
    double dx = other[0] - corner[0];
    double dy = other[1] - corner[1];
    double length = Math.hypot(dx, dy);
    double part = length == 0 ? 0 : Math.min(CORNER, length / 2) / length;
    return point(corner[0] + dx * part, corner[1] + dy * part);
  }

  private static String place(double[] point) {
    return number(point[0]) + " " + number(point[1]);
  }

  private void box(Html page, int node) {
    Node box = nodes.get(node);
    if (box.threads().isEmpty()) {
      page.open("g", "class", "node " + box.style());
    } else {
      page.open("g", "class", "node " + box.style(), "data-threads", box.threads());
    }
    page.element("title", box.title());
    page.open(
        "rect",
        "x",
        number(x[node]),
        "y",
        number(top(node)),
        "width",
        number(box.width()),
        "height",
        number(HEIGHT),
        "rx",
        box.style().startsWith("thread") ? "6" : "17");
    page.close("rect");
    page.element(
        "text",
        box.shown(),
        "x",
        number(middle(node)),
        "y",
        number(top(node) + HEIGHT / 2 + 4.5),
        "text-anchor",
        "middle");
    page.close("g");
  }
}
