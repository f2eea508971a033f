package dev.unpark.agent.core;

import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.report.FindingJson;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Appends each change of a finding to a file, as one line of JSON.
 *
 * <p>Opened for each line, so that the file may be moved away or emptied at any time. A file that
 * cannot be written costs one line on stderr; the next finding tries again.
 *
 * <p><b>Threading:</b> the agent's thread alone.
 */
final class FindingFile {
  private final File file;
  private final Log log;

  FindingFile(String path, Log log) {
    this.file = new File(path).getAbsoluteFile();
    this.log = log;
    try {
      append("");
    } catch (IOException refused) {
      complain(refused);
    }
  }

  void add(Finding finding) {
    try {
      append(FindingJson.line(finding) + "\n");
    } catch (IOException refused) {
      complain(refused);
    }
  }

  /** The whole line by one write: two JVMs may share a file. */
  private void append(String line) throws IOException {
    try (OutputStream out = new FileOutputStream(file, true)) {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void complain(IOException refused) {
    log.once(
        "cannot write findings.file '%s' (%s); expected a file that may be appended to; findings are"
                .formatted(file, refused.getMessage())
            + " not kept");
  }
}
