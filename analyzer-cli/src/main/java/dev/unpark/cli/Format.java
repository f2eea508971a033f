package dev.unpark.cli;

/** The forms in which a report is given. */
enum Format {
  /** For people, in a terminal. */
  TEXT,
  /** For programs, in the shape that is published. */
  JSON,
  /** SARIF 2.1.0, for code hosts and whatever else collects results of analysers. */
  SARIF,
  /** JUnit's XML, for build servers. */
  JUNIT,
  /** For a ticket. */
  MARKDOWN,
  /** One self-contained page. */
  HTML
}
