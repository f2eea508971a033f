import java.util.concurrent.locks.ReentrantLock;

/** Two threads that wait for each other, and a main thread that ends the program all the same. */
public final class Deadlock {
  private Deadlock() {}

  public static void main(String[] arguments) throws InterruptedException {
    ReentrantLock one = new ReentrantLock();
    ReentrantLock other = new ReentrantLock();
    start(one, other);
    start(other, one);
    Thread.sleep(15_000);
    System.out.println("waited long enough");
    System.exit(3);
  }

  private static void start(ReentrantLock first, ReentrantLock second) {
    Thread thread =
        new Thread(
            () -> {
              first.lock();
              try {
                Thread.sleep(1_000);
              } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
              }
              second.lock();
            });
    thread.setDaemon(true);
    thread.start();
  }
}
