package dev.unpark.diagnosis.report;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.model.Observation;
import java.util.List;
import java.util.Objects;

/**
 * One JVM with all that is to be told of it.
 *
 * @param name short: the file, the service
 * @param heading one line: name, process, JDK, how many threads, when it was looked at
 * @param last the last look at it
 * @param findings what was found, the gravest first
 * @param accepted what was found and is known and accepted, and therefore not told
 * @param limits what its looks could not see, and how to see it
 * @param unread lines that could not be read, each with its place; the first of them
 * @param unreadCount how many lines could not be read
 */
public record Subject(
    String name,
    String heading,
    Observation last,
    List<Finding> findings,
    List<Finding> accepted,
    List<String> limits,
    List<String> unread,
    int unreadCount) {
  public Subject {
    Objects.requireNonNull(name);
    Objects.requireNonNull(heading);
    Objects.requireNonNull(last);
    findings = List.copyOf(findings);
    accepted = List.copyOf(accepted);
    limits = List.copyOf(limits);
    unread = List.copyOf(unread);
  }
}
