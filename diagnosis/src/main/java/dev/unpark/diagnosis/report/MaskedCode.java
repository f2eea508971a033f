package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.model.Frames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands in for packages, classes and methods that are nobody's business, the same for the same.
 */
final class MaskedCode {
  /** Public software, which tells nothing of its user and much of the trouble. */
  private static final List<String> PUBLIC =
      List.of(
          "jakarta.",
          "kotlin.",
          "kotlinx.",
          "scala.",
          "groovy.",
          "akka.",
          "reactor.",
          "redis.",
          "okhttp3.",
          "okio.",
          "oracle.",
          "org.apache.",
          "org.eclipse.",
          "org.springframework.",
          "org.hibernate.",
          "org.jboss.",
          "org.wildfly.",
          "org.xnio.",
          "org.postgresql.",
          "org.mariadb.",
          "org.h2.",
          "org.slf4j.",
          "org.quartz.",
          "org.glassfish.",
          "io.netty.",
          "io.vertx.",
          "io.undertow.",
          "io.grpc.",
          "io.lettuce.",
          "io.opentelemetry.",
          "io.micrometer.",
          "io.quarkus.",
          "io.micronaut.",
          "io.helidon.",
          "com.zaxxer.",
          "com.mysql.",
          "com.microsoft.sqlserver.",
          "com.google.",
          "com.fasterxml.",
          "com.rabbitmq.",
          "com.github.benmanes.",
          "com.hazelcast.",
          "com.mongodb.",
          "ch.qos.",
          "com.ibm.",
          "weblogic.");

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
    return Frames.isJdk(name) || PUBLIC.stream().anyMatch(name::startsWith);
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
