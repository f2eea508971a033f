package dev.unpark.dumps.shapes;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A handler on one of Netty's event loops waits for a future; benign: it adds a callback. */
final class EventLoopShape {
  private EventLoopShape() {}

  public static void main(String[] arguments) throws Exception {
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    CompletableFuture<String> price = new CompletableFuture<>();
    CountDownLatch called = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      loops
          .next()
          .execute(
              () -> {
                called.countDown();
                if (Stage.faulty(arguments)) {
                  price.join();
                } else {
                  price.thenAccept(System.out::println);
                }
              });
    }
    called.await();
    Stage.ready();
  }
}
