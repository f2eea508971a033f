package dev.unpark.dumps;

/** Version strings, as the parts of a JVM print them. */
final class JdkVersion {
  private JdkVersion() {}

  /**
   * The JDK's version out of the parenthesis behind the VM's name.
   *
   * <pre>
   *   25.0.3+9-LTS mixed mode, sharing    25.0.3
   *   26-ea+29-2803 mixed mode            26-ea
   *   25.65-b01 mixed mode                8       HotSpot had a numbering of its own up to JDK 8
   *   1.5.0_03-b07 mixed mode             1.5.0_03
   * </pre>
   *
   * @return empty when it cannot be told
   */
  static String ofVm(String vmInfo) {
    String build = vmInfo.strip();
    int blank = build.indexOf(' ');
    if (blank > 0) {
      build = build.substring(0, blank);
    }
    int plus = build.indexOf('+');
    if (plus > 0) {
      return build.substring(0, plus);
    }
    if (build.startsWith("1.")) {
      int dash = build.indexOf('-');
      return dash > 0 ? build.substring(0, dash) : build;
    }
    int dot = build.indexOf('.');
    if (dot > 0 && build.contains("-b")) {
      return switch (build.substring(0, dot)) {
        case "25" -> "8";
        case "24" -> "7";
        case "19", "20" -> "6";
        default -> ""; // 21 to 23 were used by JDK 6 and 7 alike.
      };
    }
    return build.isEmpty() || !Character.isDigit(build.charAt(0)) ? "" : build;
  }

  /** Of {@code java.base@11.0.17/java.lang.Thread.run(...)}; empty when a frame does not tell. */
  static String ofFrame(String frame) {
    int slash = frame.startsWith("java.base@") ? frame.indexOf('/') : -1;
    return slash < 0 ? "" : ofRuntime(frame.substring(10, slash));
  }

  /** The JDK's version out of {@code runtimeVersion} of a dump file: {@code 25.0.3+9-LTS}. */
  static String ofRuntime(String runtimeVersion) {
    return ofVm(runtimeVersion);
  }

  /** 25 for {@code 25.0.3}, 8 for {@code 1.8.0_292}; 0 when it cannot be told. */
  static int feature(String jdk) {
    String digits = jdk.startsWith("1.") ? jdk.substring(2) : jdk;
    int feature = 0;
    for (int i = 0; i < digits.length() && i < 4 && Character.isDigit(digits.charAt(i)); i++) {
      feature = feature * 10 + digits.charAt(i) - '0';
    }
    return feature;
  }
}
