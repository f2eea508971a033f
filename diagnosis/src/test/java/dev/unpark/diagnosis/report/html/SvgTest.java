package dev.unpark.diagnosis.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SvgTest {
  private static final Pattern BOX =
      Pattern.compile(
          "<rect x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"");
  private static final Pattern WAY = Pattern.compile(" d=\"(M[^\"]*)\"");

  @Test
  void givenARingBesideOtherWaiters_whenDrawn_thenNoArrowPassesBehindABox() {
    String picture =
        draw(
            List.of("left", "left lock", "right", "clerks", "clerks' lock", "clerk", "right lock"),
            List.of(
                arrow(0, 1),
                arrow(1, 2),
                arrow(2, 6),
                arrow(6, 0),
                arrow(3, 4),
                arrow(4, 5),
                arrow(5, 5),
                arrow(0, 6)));

    assertThat(boxesInTheWay(picture)).isEmpty();
  }

  @Test
  void givenALoneBoxThatWaitsForItself_whenDrawn_thenItsArrowStaysInThePicture() {
    String picture = draw(List.of("alone"), List.of(arrow(0, 0)));

    double width =
        Double.parseDouble(picture.replaceFirst("(?s).*<svg[^>]* width=\"([0-9.]+)\".*", "$1"));
    assertThat(ways(picture))
        .allSatisfy(
            way ->
                assertThat(way)
                    .allSatisfy(
                        point -> {
                          assertThat(point[0]).isBetween(0.0, width);
                          assertThat(point[1]).isPositive();
                        }));
  }

  private static String draw(List<String> labels, List<Svg.Arrow> arrows) {
    Html page = new Html();
    List<Svg.Node> nodes = new ArrayList<>();
    labels.forEach(label -> nodes.add(new Svg.Node("thread", label, label, "")));
    new Svg(nodes, arrows).append(page, "who waits for whom", "test");
    return page.toString();
  }

  private static Svg.Arrow arrow(int from, int to) {
    return new Svg.Arrow(from, to, "waits");
  }

  /** Level and upright pieces of arrows that run through the inside of a box. */
  private static List<String> boxesInTheWay(String picture) {
    List<double[]> boxes = new ArrayList<>();
    for (Matcher box = BOX.matcher(picture); box.find(); ) {
      boxes.add(numbers(box.group(1), box.group(2), box.group(3), box.group(4)));
    }
    assertThat(boxes).isNotEmpty();
    List<String> hits = new ArrayList<>();
    for (List<double[]> way : ways(picture)) {
      for (int i = 1; i < way.size(); i++) {
        double[] a = way.get(i - 1);
        double[] b = way.get(i);
        for (double[] box : boxes) {
          if (Math.max(a[0], b[0]) > box[0] + 1
              && Math.min(a[0], b[0]) < box[0] + box[2] - 1
              && Math.max(a[1], b[1]) > box[1] + 1
              && Math.min(a[1], b[1]) < box[1] + box[3] - 1) {
            hits.add(
                Arrays.toString(a) + " to " + Arrays.toString(b) + " in " + Arrays.toString(box));
          }
        }
      }
    }
    return hits;
  }

  /** The points of arrows that are made of straight pieces; their corners are points as well. */
  private static List<List<double[]>> ways(String picture) {
    List<List<double[]>> ways = new ArrayList<>();
    for (Matcher way = WAY.matcher(picture); way.find(); ) {
      if (!way.group(1).contains("C") && !way.group(1).contains("z")) {
        double[] all = numbers(way.group(1).substring(1).split("[LQ ]"));
        List<double[]> points = new ArrayList<>();
        for (int i = 0; i < all.length; i += 2) {
          points.add(new double[] {all[i], all[i + 1]});
        }
        ways.add(points);
      }
    }
    assertThat(ways).isNotEmpty();
    return ways;
  }

  private static double[] numbers(String... words) {
    return Arrays.stream(words).mapToDouble(Double::parseDouble).toArray();
  }
}
