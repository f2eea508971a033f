package dev.unpark.agent.evidence;

import dev.unpark.diagnosis.finding.Finding;
import java.io.File;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * The user's folder of captures, one folder each, named by time, finding and process.
 *
 * <pre>
 *   evidence/20260131T031207.412Z-deadlock-4711/finding.json
 *                                              /flame-graph.html
 *                                              /recording.jfr
 * </pre>
 *
 * <p><b>Threading:</b> one thread, though other JVMs may share the folder. <b>When full:</b> before
 * each capture the oldest ones, whoever took them, are removed until fewer than {@value #MOST} with
 * less than {@link #MOST_BYTES} remain; files of other names are never touched.
 */
final class CaptureFolder {
  static final int MOST = 20;
  static final long MOST_BYTES = 256L << 20;

  static final String FINDING = "finding.json";
  static final String FLAME_GRAPH = "flame-graph.html";
  static final String RECORDING = "recording.jfr";

  private static final String[] FILES = {FINDING, FLAME_GRAPH, RECORDING};
  private static final Pattern NAME = Pattern.compile("\\d{8}T\\d{6}\\.\\d{3}Z-[a-z-]+-\\d+");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final File folder;

  CaptureFolder(File folder) {
    this.folder = folder.getAbsoluteFile();
  }

  /** The folder itself, made unless it is there. */
  File root() throws IOException {
    if (!folder.isDirectory() && !folder.mkdirs()) {
      throw new IOException("cannot make the folder '" + folder + "'");
    }
    if (!folder.canWrite()) {
      throw new IOException("cannot write to the folder '" + folder + "'");
    }
    return folder;
  }

  /** Makes room, and a folder for one capture. */
  File next(Finding finding, Instant now, long pid) throws IOException {
    File root = root();
    prune(root);
    File capture = new File(root, TIME.format(now) + "-" + finding.type() + "-" + pid);
    if (!capture.mkdir()) {
      throw new IOException("cannot make the folder '" + capture + "'");
    }
    return capture;
  }

  private static void prune(File root) {
    File[] captures = root.listFiles((parent, name) -> NAME.matcher(name).matches());
    if (captures == null) {
      return;
    }
    // Their names begin with the time.
    Arrays.sort(captures, Comparator.comparing(File::getName).reversed());
    long bytes = 0;
    for (int i = 0; i < captures.length; i++) {
      bytes += bytesOf(captures[i]);
      if (i >= MOST - 1 || bytes >= MOST_BYTES) {
        remove(captures[i]);
      }
    }
  }

  private static long bytesOf(File capture) {
    long bytes = 0;
    for (String name : FILES) {
      bytes += new File(capture, name).length();
    }
    return bytes;
  }

  /** Its own three files and the folder: what else somebody put there keeps the folder. */
  static void remove(File capture) {
    boolean gone = true;
    for (String name : FILES) {
      File file = new File(capture, name);
      gone &= file.delete() || !file.exists();
    }
    if (gone && !capture.delete()) {
      // Not empty, or no longer ours.
      return;
    }
  }
}
