package dev.unpark.diagnosis.detect;

import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.ObservedThread;
import java.util.List;

/** The method that a thread never left over some looks, while it called little from there. */
final class HotLoop {
  /** A loop calls a method or a lambda of its own; real work goes deeper. */
  private static final int CALLED = 2;

  private HotLoop() {}

  /**
   * {@code package.Class.method} of the user's own that the thread stood in, or had called from, at
   * each of these looks; empty when there is none, or when it went deeper from there.
   */
  static String of(List<ObservedThread> looks) {
    List<String> last = looks.get(looks.size() - 1).stack();
    int common = last.size();
    for (ObservedThread look : looks) {
      common = Math.min(common, commonOutside(last, look.stack()));
    }
    for (ObservedThread look : looks) {
      List<String> inner = look.stack().subList(0, look.stack().size() - common);
      if (inner.stream().filter(frame -> !Frames.isJdk(frame)).count() > CALLED) {
        return "";
      }
    }
    for (String frame : last.subList(last.size() - common, last.size())) {
      if (!Frames.isJdk(frame)) {
        return Frames.method(frame);
      }
    }
    return "";
  }

  /** How many methods both share, counted from the outermost. */
  private static int commonOutside(List<String> one, List<String> other) {
    int common = 0;
    while (common < Math.min(one.size(), other.size())
        && Frames.method(one.get(one.size() - 1 - common))
            .equals(Frames.method(other.get(other.size() - 1 - common)))) {
      common++;
    }
    return common;
  }
}
