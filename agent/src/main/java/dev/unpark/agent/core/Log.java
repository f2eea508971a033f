package dev.unpark.agent.core;

import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent's few words to the people who run the application: one line each, on stderr, each said
 * once. No logging library: it would be the application's, or start before the application wants.
 *
 * <p><b>Threading:</b> any thread. <b>When full:</b> after {@value #MOST} different lines it falls
 * silent.
 */
public final class Log {
  private static final int MOST = 100;

  private final PrintStream out;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  public Log(PrintStream out) {
    this.out = out;
  }

  /** Says it, unless it was said before. */
  public void once(String line) {
    if (said.size() < MOST && said.add(line)) {
      out.println("unpark: " + line);
    }
  }

  /** Shows a text of several lines as it is. */
  void text(String text) {
    out.print(text);
    out.flush();
  }
}
