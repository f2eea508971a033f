package dev.unpark.diagnosis.known;

import dev.unpark.diagnosis.model.Frames;
import java.util.List;

/**
 * One line of the file: a piece of a stack, and what it tells.
 *
 * @param tag what it tells
 * @param innermost whether its first frame must be the innermost of the stack
 * @param steps frames, innermost first
 */
record KnownStack(StackTag tag, boolean innermost, List<Step> steps) {
  KnownStack {
    steps = List.copyOf(steps);
  }

  /**
   * One frame of the piece.
   *
   * @param method {@code package.Class.method}, or its beginning
   * @param prefix whether only its beginning
   * @param apart whether other frames may stand between it and the one before
   */
  record Step(String method, boolean prefix, boolean apart) {
    boolean matches(String frame) {
      return prefix ? frame.startsWith(method) : Frames.method(frame).equals(method);
    }
  }

  /** Whether the frames from {@code depth} on are that piece; the first is known to match. */
  boolean standsAt(int depth, List<String> stack) {
    if (innermost && depth > 0) {
      return false;
    }
    int at = depth + 1;
    for (Step step : steps.subList(1, steps.size())) {
      while (step.apart() && at < stack.size() && !step.matches(stack.get(at))) {
        at++;
      }
      if (at >= stack.size() || !step.matches(stack.get(at))) {
        return false;
      }
      at++;
    }
    return true;
  }
}
