package dev.unpark.diagnosis.model;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads stacks: which frame is the user's own, and which two are the same code. */
public final class Frames {
  private static final List<String> JDK_PACKAGES =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  /*
   * Hidden classes and generated accessors carry a number that differs from run to run:
   * Job$$Lambda$15/0x00007f.. (until 20), Job$$Lambda/0x00007f.. (from 21),
   * GeneratedMethodAccessor12. Line numbers differ from release to release of the user's code.
   */
  private static final Pattern HIDDEN_NUMBER =
      Pattern.compile(
          "\\$\\$Lambda(\\$\\d+)?(/(0x)?\\p{XDigit}+)?|(?<=GeneratedMethodAccessor)\\d+");

  private Frames() {}

  /**
   * The innermost frame that is not the JDK's; the innermost of all when every one is; or empty.
   */
  public static String ownFrame(List<String> stack) {
    for (String frame : stack) {
      if (!isJdk(frame)) {
        return frame;
      }
    }
    return stack.isEmpty() ? "" : stack.get(0);
  }

  /**
   * Where a stack stands, in words: {@code Class.method(File.java:12)}; behind a frame of public
   * software also the place in the user's code that called it, when there is one.
   *
   * @param own the frame that says it, one of the stack
   */
  public static String place(List<String> stack, String own) {
    String place = brief(own);
    if (!PublicCode.holds(own)) {
      return place;
    }
    for (String frame : stack.subList(Math.max(0, stack.indexOf(own)), stack.size())) {
      if (!isJdk(frame) && !PublicCode.holds(frame)) {
        return place + ", called from " + brief(frame);
      }
    }
    return place;
  }

  /** Whether the frame is code of the JDK. */
  public static boolean isJdk(String frame) {
    for (String jdkPackage : JDK_PACKAGES) {
      if (frame.startsWith(jdkPackage)) {
        return true;
      }
    }
    return false;
  }

  /** {@code package.Class.method} of a frame, the same in every run and most releases. */
  public static String method(String frame) {
    int parenthesis = frame.indexOf('(');
    return withoutHiddenNumbers(parenthesis < 0 ? frame : frame.substring(0, parenthesis));
  }

  /** The class of a {@linkplain #method method}; of a nested one, the class around it. */
  public static String outermostClass(String method) {
    int dot = method.lastIndexOf('.');
    String name = dot < 0 ? method : method.substring(0, dot);
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }

  /** {@code Class.method(File.java:12)}: the frame without its package. */
  public static String brief(String frame) {
    int parenthesis = frame.indexOf('(');
    String method = parenthesis < 0 ? frame : frame.substring(0, parenthesis);
    int beforeMethod = method.lastIndexOf('.');
    int beforeClass = beforeMethod < 0 ? -1 : method.lastIndexOf('.', beforeMethod - 1);
    return frame.substring(beforeClass + 1);
  }

  /** The text with the numbers of hidden classes taken out. */
  public static String withoutHiddenNumbers(String text) {
    return text.contains("$$Lambda") || text.contains("GeneratedMethodAccessor")
        ? HIDDEN_NUMBER.matcher(text).replaceAll("\\$\\$")
        : text;
  }

  /** A thread's name with every number as {@code #}: the name of its kind. */
  public static String namePattern(String threadName) {
    @Nullable StringBuilder pattern = null;
    boolean inNumber = false;
    for (int i = 0; i < threadName.length(); i++) {
      char c = threadName.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (digit && pattern == null) {
        pattern = new StringBuilder(threadName.length()).append(threadName, 0, i);
      }
      if (pattern != null && !digit) {
        pattern.append(c);
      } else if (pattern != null && !inNumber) {
        pattern.append('#');
      }
      inNumber = digit;
    }
    return pattern == null ? threadName : pattern.toString();
  }
}
