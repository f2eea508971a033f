package dev.unpark.apps.mode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A service on loopback that answers each connection with one byte after a while.
 *
 * <p><b>Threading:</b> any thread may ask; one thread of its own accepts, and one answers each
 * caller.
 */
final class SlowPeer {
  private final ServerSocket server;
  private volatile long delayNanos;

  SlowPeer(Duration delay) throws IOException {
    server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    delayNanos = delay.toNanos();
    Thread acceptor = new Thread(this::accept, "peer");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** From now on it takes this long to answer. */
  void setDelay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  /** Asks it, and waits for the answer. */
  int ask() {
    try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
        InputStream answer = socket.getInputStream()) {
      return answer.read();
    } catch (IOException e) {
      throw new UncheckedIOException("the peer does not answer", e);
    }
  }

  private void accept() {
    while (true) {
      try {
        Socket caller = server.accept();
        Thread answering = new Thread(() -> answer(caller), "peer-answer");
        answering.setDaemon(true);
        answering.start();
      } catch (IOException e) {
        throw new UncheckedIOException("the peer cannot listen", e);
      }
    }
  }

  private void answer(Socket caller) {
    try (caller) {
      long until = System.nanoTime() + delayNanos;
      for (long left = delayNanos; left > 0; left = until - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      caller.getOutputStream().write(1);
    } catch (IOException callerGaveUp) {
      // Nobody is there to be answered.
    }
  }
}
