package dev.unpark.apps.mode;

import dev.unpark.apps.fault.FaultWatch;
import dev.unpark.apps.fault.Switches;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An event loop one of whose handlers calls a slow service and waits for the answer: nothing else
 * of that loop gets its turn. Mended, the call is made by a thread that may wait.
 */
public final class BlockedLoop {
  private static final Duration SLOW = Duration.ofMinutes(1);
  private static final long BETWEEN_EVENTS_NANOS = 20_000_000;
  private static final long QUIET_NANOS = 1_000_000_000;

  private BlockedLoop() {}

  public static void main(String[] args) throws IOException {
    Switches switches = Switches.of(args);
    SlowPeer peer = new SlowPeer(SLOW);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    EventLoop loop = group.next();
    Progress handled = new Progress("events handled");
    AtomicInteger asking = new AtomicInteger();
    new Thread(() -> keepSending(loop, handled), "clients").start();
    Progress.pause(QUIET_NANOS);
    Executor mayWait = switches.healthy() ? Executors.newSingleThreadExecutor() : loop;
    mayWait.execute(
        () -> {
          asking.incrementAndGet();
          peer.ask();
        });
    if (!switches.healthy()) {
      FaultWatch.awaitAndAnnounce(() -> asking.get() > 0);
    }
    handled.print();
  }

  private static void keepSending(EventLoop loop, Progress handled) {
    while (true) {
      loop.execute(handled::count);
      Progress.pause(BETWEEN_EVENTS_NANOS);
    }
  }
}
