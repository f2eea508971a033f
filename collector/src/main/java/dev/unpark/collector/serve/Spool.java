package dev.unpark.collector.serve;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.stream.StreamMessages;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the bodies of large requests into temporary files, which are deleted when they have been
 * dealt with.
 *
 * <p><b>Threading:</b> bodies go to disk as they arrive; one is dealt with at a time, on a thread
 * of its own, so that pages and metrics do not wait for it. <b>When full:</b> the sender is told to
 * come back.
 */
final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final Duration TIME = Duration.ofMinutes(2);
  private static final int AT_A_TIME = 4;

  private final String what;
  private final long mostBytes;
  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final ExecutorService thread;

  /** Deals with a body. */
  interface Use {
    HttpResponse of(Path body) throws IOException;
  }

  /**
   * @param what is taken, as complaints call it
   * @param mostBytes how large a body may be
   */
  Spool(String what, long mostBytes) {
    this.what = what;
    this.mostBytes = mostBytes;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "unpark-" + what);
              made.setDaemon(true);
              return made;
            });
  }

  /** Adds a service whose bodies it takes. */
  void addTo(ServerBuilder server, String path, HttpService service) {
    server.route().path(path).maxRequestLength(mostBytes).requestTimeout(TIME).build(service);
  }

  HttpResponse take(HttpRequest request, Use use) {
    if (!places.tryAcquire()) {
      return Answers.comeBack(what, AT_A_TIME + " are on their way already");
    }
    Path body;
    try {
      body = Files.createTempFile("unpark-posted-", "." + what);
    } catch (IOException full) {
      places.release();
      return Answers.comeBack(what, "no room for a temporary file: " + full.getMessage());
    }
    return HttpResponse.of(
        StreamMessages.writeTo(
                request.filter(HttpData.class::isInstance).map(HttpData.class::cast), body)
            .thenApplyAsync(written -> used(use, body), thread)
            .exceptionally(this::brokenOff)
            .whenComplete(
                (response, failure) -> {
                  places.release();
                  delete(body);
                }));
  }

  private HttpResponse used(Use use, Path body) {
    try {
      return use.of(body);
    } catch (IOException failed) {
      return Answers.comeBack(what, "cannot be read back: " + failed.getMessage());
    } catch (RuntimeException | StackOverflowError fault) {
      LOG.atError().setCause(fault).log("internal fault while dealing with what was posted");
      return Answers.error(
          HttpStatus.INTERNAL_SERVER_ERROR, "body", "a fault of the collector's own", "a report");
    }
  }

  private HttpResponse brokenOff(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof ContentTooLargeException) {
      return Answers.error(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "body",
          "more than %,d bytes".formatted(mostBytes),
          "a smaller one, or --max-dump-bytes; unpark diagnose FILE reads any where it is");
    }
    if (cause instanceof IOException noRoom) {
      return Answers.comeBack(what, "cannot be written down: " + noRoom.getMessage());
    }
    return Exceptions.throwUnsafely(cause);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException left) {
      LOG.atWarn().setCause(left).log("could not delete a temporary file");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
