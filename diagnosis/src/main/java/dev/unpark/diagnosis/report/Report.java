package dev.unpark.diagnosis.report;

import java.util.List;
import java.util.Objects;

/**
 * Everything that one run has to tell, before it takes a form: text, page, SARIF and the rest say
 * the same.
 *
 * @param version of Unpark
 * @param checks the types of finding that were looked for
 * @param subjects the JVMs
 * @param complaints what was wrong with the inputs
 */
public record Report(
    String version, List<String> checks, List<Subject> subjects, List<Complaint> complaints) {
  public Report {
    Objects.requireNonNull(version);
    checks = List.copyOf(checks);
    subjects = List.copyOf(subjects);
    complaints = List.copyOf(complaints);
  }
}
