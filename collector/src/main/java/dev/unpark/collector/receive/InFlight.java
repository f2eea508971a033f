package dev.unpark.collector.receive;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that requests may take together until they are answered.
 *
 * <p>Each connection may send a body as large as is allowed, and there may be thousands of them; so
 * all bodies share one allowance. Of those that unpack to something large, one is read at a time.
 *
 * <p><b>Threading:</b> any thread may call anything. <b>When full:</b> the request is broken off,
 * and its sender told to come back.
 */
final class InFlight {
  /** A body that is larger than this unpacked waits for its turn. */
  static final int LARGE = 2 << 20;

  private final long most;
  private final AtomicLong used = new AtomicLong();
  private final Semaphore large = new Semaphore(1);

  /** There is no room for more at present. */
  static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1;

    Full() {
      super("more is being received than fits into memory", null, false, false);
    }
  }

  /** What one request took; given back when it has been answered. */
  private final class Share {
    private long taken;
    private boolean over;

    synchronized void take(int bytes) {
      if (over) {
        return;
      }
      // A body that is alone gets through, whatever its size.
      if (used.addAndGet(bytes) > most && used.get() > taken + bytes) {
        used.addAndGet(-bytes);
        throw new Full();
      }
      taken += bytes;
    }

    synchronized void end() {
      over = true;
      used.addAndGet(-taken);
      taken = 0;
    }
  }

  /**
   * @param most bytes that all bodies have together at most
   */
  InFlight(long most) {
    this.most = most;
  }

  /** The same service, whose requests' bodies count; they fail with {@link Full} without room. */
  HttpService counting(HttpService service) {
    return new Counting(service);
  }

  private final class Counting extends SimpleDecoratingHttpService {
    Counting(HttpService service) {
      super(service);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
      Share share = new Share();
      context.log().whenComplete().thenRun(share::end);
      // A plain publisher: a stream of Armeria's own would show its data only when it is complete.
      HttpRequest counted =
          HttpRequest.of(
              request.headers(),
              subscriber ->
                  request.peekData(data -> share.take(data.length())).subscribe(subscriber));
      context.updateRequest(counted);
      return ((HttpService) unwrap()).serve(context, counted);
    }

    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
      // Otherwise the body is collected before it comes by here to be counted.
      return ExchangeType.BIDI_STREAMING;
    }
  }

  /** Whether a body of that size may be read now; if so, {@link #read} must be called after. */
  boolean mayRead(int unpacked) {
    return unpacked <= LARGE || large.tryAcquire();
  }

  void read(int unpacked) {
    if (unpacked > LARGE) {
      large.release();
    }
  }

  /** Bytes of the bodies that are being received or wait to be read. */
  long used() {
    return used.get();
  }
}
