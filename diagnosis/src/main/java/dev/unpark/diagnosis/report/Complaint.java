package dev.unpark.diagnosis.report;

import java.util.Objects;

/**
 * What is wrong with an input, told so that the reader knows what to do.
 *
 * <pre>
 *   cannot read 'app.dump': no thread dump in it
 *     found:    PID USER  PR NI VIRT
 *     expected: "name" ... tid=0x...
 *     try:      jcmd PID Thread.print -l > app.dump
 * </pre>
 *
 * @param headline what is wrong, and where
 * @param found what is there
 * @param expected what should be
 * @param next what to type next
 */
public record Complaint(String headline, String found, String expected, String next) {
  private static final int LONGEST = 300;

  public Complaint {
    Objects.requireNonNull(headline);
    Objects.requireNonNull(found);
    Objects.requireNonNull(expected);
    Objects.requireNonNull(next);
  }

  /** The four lines, the last one ended as well. */
  public String render() {
    return "%s\n  found:    %s\n  expected: %s\n  try:      %s\n"
        .formatted(line(headline), line(found), line(expected), line(next));
  }

  private static String line(String text) {
    return Printable.text(text, LONGEST);
  }
}
