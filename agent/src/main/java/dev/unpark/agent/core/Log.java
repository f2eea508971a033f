package dev.unpark.agent.core;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent's few words to the people who run the application: one line each, on stderr, each said
 * once. No logging library: it would be the application's, or start before the application wants.
 *
 * <p>Not by {@code System.err} either, but to where it leads: where nobody reads, the agent would
 * stand in the middle of a write and keep that stream's lock from the application.
 *
 * <p><b>Threading:</b> any thread. <b>When full:</b> after {@value #MOST} different lines it falls
 * silent.
 */
final class Log {
  private static final int MOST = 100;

  private final OutputStream out;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  Log() {
    this(new FileOutputStream(FileDescriptor.err));
  }

  Log(OutputStream out) {
    this.out = out;
  }

  /** Says it, unless it was said before. */
  void once(String line) {
    if (said.size() < MOST && said.add(line)) {
      text("unpark: " + line + System.lineSeparator());
    }
  }

  /** Shows a text of several lines as it is, by one write. */
  void text(String text) {
    try {
      out.write(text.getBytes(Charset.defaultCharset()));
    } catch (IOException nobodyListens) {
      // There is no other place to say it.
    }
  }
}
