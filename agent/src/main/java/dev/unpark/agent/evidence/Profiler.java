package dev.unpark.agent.evidence;

import java.io.File;
import java.io.IOException;

/** What records. */
interface Profiler {
  /** Begins to record into that file. */
  void start(File recording) throws IOException;

  /**
   * Ends the recording.
   *
   * @param flameGraph receives a page that shows what was recorded
   * @param title of the page; letters, digits, spaces and hyphens
   */
  void stop(File recording, File flameGraph, String title) throws IOException;
}
