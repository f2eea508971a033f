package dev.unpark.apps.shop;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A bounded pool of connections to a pretended database.
 *
 * <p><b>Threading:</b> any thread may borrow. <b>When all are lent:</b> a borrower waits, for two
 * seconds at most.
 */
final class ConnectionPool {
  private static final long BORROW_SECONDS = 2;
  private static final long QUERY_NANOS = 2_000_000;

  private final BlockingQueue<Connection> idle;

  ConnectionPool(int size) {
    idle = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      idle.add(new Connection());
    }
  }

  Connection borrow() throws InterruptedException {
    Connection connection = idle.poll(BORROW_SECONDS, TimeUnit.SECONDS);
    if (connection == null) {
      throw new IllegalStateException("no connection came free within " + BORROW_SECONDS + " s");
    }
    return connection;
  }

  /** Goes back to the pool when closed. */
  final class Connection implements AutoCloseable {
    /** Takes as long as a small query over a network. */
    void query() {
      LockSupport.parkNanos(QUERY_NANOS);
    }

    @Override
    public void close() {
      idle.add(this);
    }
  }
}
