package dev.unpark.diagnosis.report.html;

import dev.unpark.diagnosis.model.Frames;
import java.util.List;

/** A stack as a list, the user's own frames standing out from the JDK's. */
final class Stacks {
  private static final int FRAMES_SHOWN = 400;

  private Stacks() {}

  static void frames(Html page, List<String> stack) {
    if (stack.isEmpty()) {
      page.element("p", "no stack was taken", "class", "faint");
      return;
    }
    page.open("ol", "class", "frames");
    for (String frame : stack.subList(0, Math.min(FRAMES_SHOWN, stack.size()))) {
      page.element("li", frame, "class", Frames.isJdk(frame) ? "jdk" : "own");
    }
    page.close("ol");
    if (stack.size() > FRAMES_SHOWN) {
      page.element("p", (stack.size() - FRAMES_SHOWN) + " more frames", "class", "faint");
    }
  }
}
