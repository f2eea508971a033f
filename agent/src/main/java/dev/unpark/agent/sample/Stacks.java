package dev.unpark.agent.sample;

import java.util.ArrayList;
import java.util.List;

/** Stacks as the model writes them. */
final class Stacks {
  /** Frames kept of one stack, the innermost: what a thread waits for is near the top. */
  static final int DEPTH = 64;

  private Stacks() {}

  /** The frames of a stack, innermost first, at most {@value #DEPTH}; immutable. */
  static List<String> frames(StackTraceElement[] trace) {
    List<String> frames = new ArrayList<>(Math.min(trace.length, DEPTH));
    for (int i = 0; i < trace.length && i < DEPTH; i++) {
      frames.add(frame(trace[i]));
    }
    return List.copyOf(frames);
  }

  /** {@code package.Class.method(File.java:12)}, without module and loader. */
  static String frame(StackTraceElement element) {
    StringBuilder out = new StringBuilder(80);
    out.append(element.getClassName()).append('.').append(element.getMethodName()).append('(');
    String file = element.getFileName();
    if (element.isNativeMethod()) {
      out.append("Native Method");
    } else if (file == null) {
      out.append("Unknown Source");
    } else {
      out.append(file);
      if (element.getLineNumber() >= 0) {
        out.append(':').append(element.getLineNumber());
      }
    }
    return out.append(')').toString();
  }
}
