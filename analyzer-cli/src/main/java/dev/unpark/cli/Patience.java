package dev.unpark.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for an answer of another process, but not for ever: a JVM that is stopped, or that cannot
 * reach a safepoint, takes a question and never answers.
 *
 * <p><b>Threading:</b> the question is asked by a daemon thread, which is left behind when time is
 * up: a blocked read of a socket cannot be called off.
 */
final class Patience {
  private final Duration limit;

  Patience(Duration limit) {
    this.limit = limit;
  }

  /** No answer in time. */
  static final class Exhausted extends Exception {
    private static final long serialVersionUID = 1L;

    Exhausted(Duration limit) {
      super("no answer within " + limit.toMillis() / 1000.0 + " s");
    }
  }

  <T> T await(Callable<T> question) throws Exhausted, Exception {
    FutureTask<T> answer = new FutureTask<>(question);
    Thread asker = new Thread(answer, "unpark-asks");
    asker.setDaemon(true);
    asker.start();
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new Exhausted(limit);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new IOException(failed.getCause());
    }
  }
}
