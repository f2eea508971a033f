package dev.unpark.dumps;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Dumps of any size, each a little different from the one before, as those of a live server are.
 */
final class GeneratedDumps {
  private static final String[] OWN = {
    "shop.till.PriceService.discount", "shop.stock.StockRepository.find",
        "shop.web.Filter.doFilter",
    "shop.till.Checkout.pay", "shop.Account.transfer", "shop.report.Report.render"
  };

  private static final String IDLE =
      """
      \tat jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)
      \t- parking to wait for  <0x00000000f79%05x> (a java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject)
      \tat java.util.concurrent.locks.LockSupport.park(java.base@17.0.15/LockSupport.java:341)
      \tat java.util.concurrent.LinkedBlockingQueue.take(java.base@17.0.15/LinkedBlockingQueue.java:435)
      \tat java.util.concurrent.ThreadPoolExecutor.getTask(java.base@17.0.15/ThreadPoolExecutor.java:1062)
      \tat java.util.concurrent.ThreadPoolExecutor.runWorker(java.base@17.0.15/ThreadPoolExecutor.java:1122)
      \tat java.util.concurrent.ThreadPoolExecutor$Worker.run(java.base@17.0.15/ThreadPoolExecutor.java:635)
      \tat java.lang.Thread.run(java.base@17.0.15/Thread.java:840)

         Locked ownable synchronizers:
      \t- None

      """;

  private GeneratedDumps() {}

  /** One dump of HotSpot's form, with a minute of log before it. */
  static String hotSpot(int number, int threads) {
    StringBuilder text = new StringBuilder(threads * 1500);
    for (int i = 0; i < 20; i++) {
      text.append(
          "10:%02d:%02d.%03d INFO  [http-%d] shop.web.Access - GET /till/%d 200 %d ms\n"
              .formatted(number / 60 % 60, number % 60, i, i % 8, i * number, i));
    }
    text.append(
        "2026-01-%02d %02d:%02d:%02d\n"
            .formatted(1 + number / 86400 % 28, number / 3600 % 24, number / 60 % 60, number % 60));
    text.append("Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):\n\n");
    for (int thread = 0; thread < threads; thread++) {
      thread(text, number, thread);
    }
    return text.append("JNI global refs: 21, weak refs: 0\n\n").toString();
  }

  private static void thread(StringBuilder text, int number, int thread) {
    int kind = thread % 10;
    int busy = kind == 0 ? number : 0;
    String tail =
        kind == 1 ? "waiting for monitor entry" : kind == 0 ? "runnable" : "waiting on condition";
    text.append(
        "\"pool-%d-thread-%d\" #%d daemon prio=5 os_prio=0 cpu=%d.%02dms elapsed=%d.10s tid=0x00007f8ab%07x nid=0x%x %s  [0x00007f8ab8dfe000]\n"
            .formatted(
                thread / 50,
                thread % 50,
                thread + 10,
                100 + busy,
                thread % 100,
                number,
                thread * 4096,
                thread + 900,
                tail));
    if (kind > 1) {
      text.append("   java.lang.Thread.State: WAITING (parking)\n")
          .append(IDLE.formatted(thread / 50));
      return;
    }
    text.append("   java.lang.Thread.State: ")
        .append(kind == 1 ? "BLOCKED (on object monitor)\n" : "RUNNABLE\n");
    for (int frame = 0; frame < 12; frame++) {
      int line = 10 + (frame == 0 ? busy % 200 : 0) + thread % 7 + frame;
      text.append("\tat ")
          .append(OWN[(frame + thread) % OWN.length])
          .append("(Shop.java:")
          .append(line)
          .append(")\n");
      if (frame == 0 && kind == 1) {
        text.append(
            "\t- waiting to lock <0x00000000f78%05x> (a shop.Account)\n".formatted(thread / 100));
      } else if (frame == 3 && kind == 0) {
        text.append("\t- locked <0x00000000f78%05x> (a shop.Account)\n".formatted(thread / 10));
      }
    }
    text.append("\n   Locked ownable synchronizers:\n\t- None\n\n");
  }

  /** The JSON of JDK 25 with that many virtual threads. */
  static String json(int virtualThreads) {
    StringBuilder text = new StringBuilder(virtualThreads * 1100);
    text.append(
            "{\n  \"threadDump\": {\n    \"processId\": \"4711\",\n    \"time\": \"2026-01-05T10:00:00Z\",\n")
        .append("    \"runtimeVersion\": \"25.0.3+9-LTS\",\n    \"threadContainers\": [\n      {\n")
        .append("        \"container\": \"<root>\",\n        \"threads\": [\n");
    for (int thread = 0; thread < virtualThreads; thread++) {
      text.append("          {\n            \"tid\": \"")
          .append(30 + thread)
          .append(
              "\",\n            \"time\": \"2026-01-05T10:00:00.123456Z\",\n            \"name\": \"request-")
          .append(thread)
          .append("\",\n            \"state\": \"WAITING\",\n            \"virtual\": true,\n")
          .append(
              "            \"parkBlocker\": {\n              \"object\": \"java.util.concurrent.locks.ReentrantLock$NonfairSync@")
          .append(Integer.toHexString(0x1000 + thread % 40))
          .append("\"\n            },\n            \"stack\": [\n");
      for (int frame = 0; frame < 10; frame++) {
        text.append("              \"")
            .append(OWN[(frame + thread) % OWN.length])
            .append("(Shop.java:")
            .append(frame + thread % 9)
            .append(")\",\n");
      }
      text.append(
              "              \"java.base\\/java.util.concurrent.locks.ReentrantLock.lock(ReentrantLock.java:322)\",\n")
          .append(
              "              \"java.base\\/java.lang.VirtualThread.run(VirtualThread.java:329)\"\n            ]\n          }")
          .append(thread + 1 < virtualThreads ? ",\n" : "\n");
    }
    return text.append("        ]\n      }\n    ]\n  }\n}\n").toString();
  }

  /** Dumps one behind the other until there are so many bytes; none is held longer than needed. */
  static InputStream log(long bytes, int threads) {
    return new InputStream() {
      private byte[] dump = {};
      private int at;
      private int number;
      private long given;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        if (at == dump.length) {
          if (given >= bytes) {
            return -1;
          }
          dump = hotSpot(number++, threads).getBytes(StandardCharsets.UTF_8);
          given += dump.length;
          at = 0;
        }
        int taken = Math.min(length, dump.length - at);
        System.arraycopy(dump, at, into, offset, taken);
        at += taken;
        return taken;
      }
    };
  }
}
