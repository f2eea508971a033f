package dev.unpark.dumps.shapes;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;

/** Tasks of the common pool sleep; benign: they have all ended. */
final class CommonPoolShape {
  private CommonPoolShape() {}

  public static void main(String[] arguments) throws Exception {
    CountDownLatch started = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                started.countDown();
                if (Stage.faulty(arguments)) {
                  Stage.sleepForEver();
                }
              });
    }
    started.await();
    Stage.ready();
  }
}
