package dev.unpark.apps.live;

import dev.unpark.apps.launch.Program;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the healthy server says of itself every second, among the lines that the agent prints. */
final class Reports {
  private static final Pattern LINE =
      Pattern.compile("(?m)^served (\\d+) requests, (\\d+) failed$");

  private Reports() {}

  /**
   * One of its lines.
   *
   * @param served requests answered so far
   * @param failed requests that failed so far
   */
  record Report(long served, long failed) {
    private static Report of(MatchResult line) {
      return new Report(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
    }
  }

  static List<Report> of(Program server) {
    return LINE.matcher(server.output()).results().map(Report::of).toList();
  }

  static Report last(Program server) {
    List<Report> reports = of(server);
    return reports.get(reports.size() - 1);
  }
}
