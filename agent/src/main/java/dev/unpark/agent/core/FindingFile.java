package dev.unpark.agent.core;

import dev.unpark.diagnosis.finding.Attachment;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.report.FindingJson;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Appends each change of a finding to a file, as one line of JSON.
 *
 * <p>Opened for each line, so that the file may be moved away or emptied at any time. A file that
 * cannot be written costs one line on stderr; what was to go there is kept and tried again at every
 * look.
 *
 * <p><b>Threading:</b> the agent's thread alone. <b>When full:</b> of more than {@value #MOST}
 * lines that wait for the file, the oldest is lost, and that is told.
 */
final class FindingFile {
  private static final int MOST = 256;
  private static final File DEVICES = new File("/dev");

  private final File file;
  private final Log log;
  private final Deque<String> pending = new ArrayDeque<>();

  /** Whether a write broke off, perhaps in the middle of a line. */
  private boolean torn;

  FindingFile(String path, Log log) {
    this.file = new File(path).getAbsoluteFile();
    this.log = log;
    try {
      append("");
    } catch (IOException refused) {
      complain(refused);
    }
  }

  /**
   * Adds a change of a finding, and writes it.
   *
   * @param attached files that stand beside it
   */
  void add(Finding finding, List<Attachment> attached) {
    add(FindingJson.line(finding, attached));
    retry();
  }

  /** Takes a line in; {@link #retry} writes it. */
  void add(String line) {
    if (pending.size() == MOST) {
      pending.removeFirst();
      log.once("findings.file '%s' cannot be written for long; findings are lost".formatted(file));
    }
    pending.addLast(line);
  }

  /** Writes what could not be written before. */
  void retry() {
    try {
      while (!pending.isEmpty()) {
        append(pending.getFirst() + "\n");
        pending.removeFirst();
      }
    } catch (IOException refused) {
      complain(refused);
    }
  }

  /** The whole line by one write: two JVMs may share a file. */
  private void append(String line) throws IOException {
    if (file.exists() && !file.isFile() && !file.toPath().startsWith(DEVICES.toPath())) {
      // A pipe would keep us until somebody reads from it.
      throw new FileNotFoundException("not a file");
    }
    try (OutputStream out = new FileOutputStream(file, true)) {
      byte[] bytes = ((torn ? "\n" : "") + line).getBytes(StandardCharsets.UTF_8);
      if (bytes.length > 0) {
        torn = true;
        out.write(bytes);
        torn = false;
      }
    }
  }

  private void complain(IOException refused) {
    log.once(
        "cannot write findings.file '%s' (%s); expected a file that may be appended to; findings"
                .formatted(file, refused.getMessage())
            + " wait for it");
  }
}
