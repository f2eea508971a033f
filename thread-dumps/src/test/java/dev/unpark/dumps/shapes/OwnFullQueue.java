package dev.unpark.dumps.shapes;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The consumers of a queue put more into it than it holds, so that nobody is left to take; benign:
 * there is room.
 */
final class OwnFullQueue {
  private OwnFullQueue() {}

  public static void main(String[] arguments) throws Exception {
    BlockingQueue<String> links = new ArrayBlockingQueue<>(Stage.faulty(arguments) ? 2 : 1000);
    links.add("start");
    links.add("start");
    Stage.start("crawler-1", () -> crawl(links));
    Stage.start("crawler-2", () -> crawl(links));
    Stage.awaitThem(
        Stage.faulty(arguments) ? Thread.State.WAITING : Thread.State.TIMED_WAITING,
        "crawler-1",
        "crawler-2");
  }

  private static void crawl(BlockingQueue<String> links) {
    try {
      for (String link = links.take(); ; link = links.take()) {
        for (int i = 0; i < 3; i++) {
          links.put(link + i);
        }
        if (links.remainingCapacity() > 0 && links.size() > 4) {
          Stage.sleepForEver();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
