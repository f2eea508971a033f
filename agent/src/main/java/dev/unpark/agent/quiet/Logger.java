package dev.unpark.agent.quiet;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A logger that says nothing. */
public final class Logger {
  private static final Logger ONLY = new Logger();

  private Logger() {}

  public static Logger getLogger(String name) {
    return ONLY;
  }

  public String getName() {
    return "";
  }

  public boolean isLoggable(Level level) {
    return false;
  }

  public void log(Level level, String message) {}

  public void log(Level level, Supplier<String> message) {}

  public void log(Level level, String message, @Nullable Object parameter) {}

  public void log(Level level, String message, Object @Nullable [] parameters) {}

  public void log(Level level, String message, @Nullable Throwable thrown) {}

  public void log(Level level, @Nullable Throwable thrown, Supplier<String> message) {}

  public void severe(String message) {}

  public void warning(String message) {}

  public void info(String message) {}

  public void config(String message) {}

  public void fine(String message) {}

  public void finer(String message) {}

  public void finest(String message) {}
}
