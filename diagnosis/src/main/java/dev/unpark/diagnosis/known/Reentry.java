package dev.unpark.diagnosis.known;

import dev.unpark.diagnosis.model.Frames;
import java.util.ArrayList;
import java.util.List;

/** A computation that waits within a computation of its own kind, as a stack shows it. */
public final class Reentry {
  /** So near to the wait stands the method that waits on somebody's behalf. */
  private static final int NEAR = 8;

  private static final int PARTS_OF_PACKAGE = 2;

  private static final String REFLECTIVE = "java.lang.reflect.Method.invoke(";

  private Reentry() {}

  /** The method that waits, where it has been called from within itself; or empty. */
  public static String methodEnteredTwice(List<String> stack) {
    List<String> methods = new ArrayList<>();
    for (String frame : stack) {
      if (!Frames.isJdk(frame)) {
        methods.add(Frames.method(frame));
      } else if (methods.isEmpty() && frame.startsWith(REFLECTIVE)) {
        return ""; // An interpreter calls whatever it is told to: the wait is none of its own.
      }
    }
    for (int i = 0; i < Math.min(NEAR, methods.size()); i++) {
      String method = methods.get(i);
      if (!codeBase(method).equals(codeBase(methods.get(0)))) {
        return "";
      }
      int outer = methods.lastIndexOf(method);
      if (!method.contains("ambda$")
          && methods.subList(i, outer).stream().anyMatch(m -> !isSameClass(m, method))) {
        return method;
      }
    }
    return "";
  }

  /** Whether both are of one class: methods of one name call each other there, and nothing more. */
  private static boolean isSameClass(String one, String other) {
    return className(one).equals(className(other));
  }

  private static String className(String method) {
    String name = method.substring(0, Math.max(0, method.lastIndexOf('.')));
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }

  /** {@code com.google} of {@code com.google.common.cache.LocalCache.get}. */
  private static String codeBase(String method) {
    String[] parts = method.split("\\.");
    int most = Math.max(0, Math.min(PARTS_OF_PACKAGE, parts.length - 2));
    return String.join(".", List.of(parts).subList(0, most));
  }
}
