package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Participant;
import dev.unpark.diagnosis.model.Frames;
import java.util.ArrayList;
import java.util.List;

/** Stacks for people: a waiter's and its owner's side by side, where two columns have room. */
final class StackText {
  private static final String INDENT = "  ";
  private static final String GAP = "  |  ";
  private static final int NARROWEST = 40;

  private final Palette palette;
  private final int width;

  StackText(Palette palette, int width) {
    this.palette = palette;
    this.width = width;
  }

  void append(StringBuilder out, Pairs.Pair pair) {
    Participant owner = pair.owner();
    if (owner == null) {
      alone(out, pair.waiter(), pair.alike());
    } else if (!sideBySide(out, pair, owner)) {
      alone(out, pair.waiter(), pair.alike());
      alone(out, owner, 0);
    }
  }

  private void alone(StringBuilder out, Participant participant, int alike) {
    out.append('\n').append(INDENT).append(palette.strong(title(participant, alike))).append('\n');
    for (String frame : participant.thread().stack()) {
      out.append("      at ").append(Printable.text(frame)).append('\n');
    }
  }

  /** False when there is no room for it. Frames lose their packages before they lose their end. */
  private boolean sideBySide(StringBuilder out, Pairs.Pair pair, Participant holder) {
    Participant left = pair.waiter();
    List<String> ones = column(left, pair.alike(), false);
    List<String> others = column(holder, 0, false);
    if (longest(ones) + longest(others) + INDENT.length() + GAP.length() > width) {
      ones = column(left, pair.alike(), true);
      others = column(holder, 0, true);
    }
    int room = width - INDENT.length() - GAP.length();
    int right = Math.min(longest(others), Math.max(room / 2, room - longest(ones)));
    int size = Math.min(longest(ones), room - right);
    if (Math.min(size, right) < NARROWEST && longest(ones) + longest(others) > room) {
      return false;
    }
    out.append('\n');
    for (int i = 0; i < Math.max(ones.size(), others.size()); i++) {
      String one = i < ones.size() ? clipped(ones.get(i), size) : "";
      String other = i < others.size() ? clipped(others.get(i), right) : "";
      String padded = one + " ".repeat(size - one.length());
      out.append(INDENT)
          .append(i == 0 ? palette.strong(padded) : padded)
          .append(palette.faint(other.isEmpty() ? GAP.stripTrailing() : GAP))
          .append(i == 0 ? palette.strong(other) : other)
          .append('\n');
    }
    return true;
  }

  private static List<String> column(Participant participant, int alike, boolean brief) {
    List<String> lines = new ArrayList<>();
    lines.add(title(participant, alike));
    for (String frame : participant.thread().stack()) {
      lines.add("  at " + Printable.text(brief ? Frames.brief(frame) : frame));
    }
    return lines;
  }

  private static String title(Participant participant, int alike) {
    return Printable.text(participant.thread().name())
        + "  #"
        + participant.thread().id()
        + (participant.thread().virtual() ? " virtual" : "")
        + "  "
        + participant.role().label()
        + (alike == 0 ? "" : "  and " + alike + " more like it");
  }

  private static int longest(List<String> lines) {
    return lines.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String clipped(String line, int size) {
    return line.length() <= size ? line : line.substring(0, size - 3) + "...";
  }
}
