package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.model.Frames;
import dev.unpark.diagnosis.model.PublicCode;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands in for packages, classes and methods that are nobody's business, the same for the same.
 */
final class MaskedCode {
  private final Map<String, String> types = new HashMap<>();
  private final Map<String, String> methods = new HashMap<>();

  /**
   * {@code C7.m12(C7.java:31)}; a frame of public software, and an empty one, stay what they are.
   */
  String frame(String frame) {
    int parenthesis = frame.indexOf('(');
    String head = parenthesis < 0 ? frame : frame.substring(0, parenthesis);
    int dot = head.lastIndexOf('.');
    if (frame.isEmpty() || isPublic(frame)) {
      return frame;
    }
    String type = type(dot < 0 ? "" : head.substring(0, dot));
    String method =
        methods.computeIfAbsent(head.substring(dot + 1), key -> "m" + (methods.size() + 1));
    return parenthesis < 0 ? type + "." + method : type + "." + method + place(frame, type);
  }

  String type(String type) {
    return type.isEmpty() || isPublic(type)
        ? type
        : types.computeIfAbsent(type, key -> "masked.C" + (types.size() + 1));
  }

  private static boolean isPublic(String name) {
    return Frames.isJdk(name) || PublicCode.holds(name);
  }

  private static String place(String frame, String type) {
    int colon = frame.lastIndexOf(':');
    int end = frame.lastIndexOf(')');
    String file = type.substring(type.lastIndexOf('.') + 1) + ".java";
    boolean numbered =
        colon > 0
            && end > colon + 1
            && frame.substring(colon + 1, end).chars().allMatch(c -> c >= '0' && c <= '9');
    return "(" + file + (numbered ? frame.substring(colon, end) : "") + ")";
  }
}
