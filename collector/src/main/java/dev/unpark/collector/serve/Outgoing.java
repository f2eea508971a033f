package dev.unpark.collector.serve;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory that answers may take together until they have been read.
 *
 * <p>A page of metrics of a fleet is many megabytes, and is held until its reader has taken it. Who
 * asks on a hundred connections and never reads would have a hundred of them held.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> who asks is told to come
 * back. A reader that has not taken its answer when its time is over is hung up on.
 */
public final class Outgoing {
  /** Whoever watches over this process is to get an answer, whoever else gets none. */
  private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");

  private final long most;
  private final Duration patience;
  private final AtomicLong used = new AtomicLong();

  /** What one answer takes. */
  private final class Share {
    private long taken;
    private boolean over;

    synchronized void take(int bytes) {
      if (!over) {
        taken += bytes;
        used.addAndGet(bytes);
      }
    }

    synchronized void end() {
      over = true;
      used.addAndGet(-taken);
      taken = 0;
    }
  }

  /**
   * @param most bytes that all answers may take; the one that goes beyond it is still given
   * @param patience how long a reader may take
   */
  public Outgoing(long most, Duration patience) {
    this.most = most;
    this.patience = patience;
  }

  /** Guards a server that has no services yet. */
  public void addTo(ServerBuilder server) {
    server.decorator(this::serve);
  }

  private HttpResponse serve(
      HttpService service, ServiceRequestContext context, HttpRequest request) throws Exception {
    if (HEALTH.contains(context.path()) || isGivenByPieces(context.path())) {
      return service.serve(context, request);
    }
    if (used.get() > most) {
      return Answers.comeBack("answer", "more waits to be read than fits into memory");
    }
    Share share = new Share();
    context.log().whenComplete().thenRun(share::end);
    context.eventLoop().schedule(() -> hangUp(context), patience.toMillis(), TimeUnit.MILLISECONDS);
    return service.serve(context, request).peekData(data -> share.take(data.length()));
  }

  /** Only one piece at a time is held of such a file. */
  private static boolean isGivenByPieces(String path) {
    return path.startsWith("/api/incidents/") && path.contains("/evidence/");
  }

  private static void hangUp(ServiceRequestContext context) {
    if (context.log().isComplete() || !context.log().isAvailable(RequestLogProperty.SESSION)) {
      return;
    }
    @Nullable Channel channel = context.log().ensureAvailable(RequestLogProperty.SESSION).channel();
    if (channel != null) {
      channel.close();
    }
  }
}
