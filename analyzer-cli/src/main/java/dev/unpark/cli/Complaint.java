package dev.unpark.cli;

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
record Complaint(String headline, String found, String expected, String next) {
  Complaint {
    Objects.requireNonNull(headline);
    Objects.requireNonNull(found);
    Objects.requireNonNull(expected);
    Objects.requireNonNull(next);
  }

  /** The four lines, the last one ended as well. */
  String render() {
    return "%s\n  found:    %s\n  expected: %s\n  try:      %s\n"
        .formatted(Plain.text(headline), Plain.text(found), Plain.text(expected), Plain.text(next));
  }
}
