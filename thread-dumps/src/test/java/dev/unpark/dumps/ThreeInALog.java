package dev.unpark.dumps;

import dev.unpark.diagnosis.Diagnostician;
import dev.unpark.diagnosis.finding.Finding;
import dev.unpark.diagnosis.known.KnownStacks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Diagnoses an application's log of as many megabytes as the argument says, in which three dumps of
 * three JVMs are buried, each line of them behind the log's prefix.
 */
final class ThreeInALog {
  private static final List<String> BURIED =
      List.of("monitors-17.txt", "class-initialization-17.txt", "locks-17-l.txt");

  private static final String PREFIX = "2026-01-05 10:00:00.123  INFO 7 --- [main] stdout : ";

  /** What applications log: requests, failures with their stacks, and records of JSON. */
  private static final String LINES =
      """
      2026-01-05 10:00:00.120  INFO 7 --- [http-3] shop.web.Access : GET /till/7 200 12 ms
      2026-01-05 10:00:00.121  WARN 7 --- [http-4] shop.Till : "price" of #7 is unknown
      {"time":"2026-01-05T10:00:00.122Z","level":"INFO","thread":"http-5","message":"paid 12 EUR"}
      2026-01-05 10:00:00.123 ERROR 7 --- [http-6] shop.web.Errors : request failed
      java.lang.IllegalStateException: no price for "tea"
      \tat shop.till.PriceService.discount(PriceService.java:131)
      \tat shop.web.Filter.doFilter(Filter.java:40)
      \tat java.base/java.lang.Thread.run(Thread.java:840)
      Caused by: java.io.IOException: connection reset
      \t... 12 more

      """;

  private ThreeInALog() {}

  public static void main(String[] arguments) throws IOException {
    long bytes = Long.parseLong(arguments[0]) << 20;
    DumpFile file = new DumpReader(ZoneOffset.UTC).read("app.log", log(bytes), Instant.EPOCH);
    System.out.printf("%,d MB, %,d lines%n", bytes >> 20, file.lineCount());
    for (Dump dump : file.dumps()) {
      Diagnostician diagnostician = Diagnostician.ofDumps(KnownStacks.standard());
      diagnostician.observe(dump.observation());
      for (Finding finding : diagnostician.active()) {
        System.out.println(finding.type() + ": " + finding.headline());
      }
    }
  }

  /** The lines over and over, with the dumps at even distances; nothing is held but one block. */
  private static InputStream log(long bytes) {
    byte[] block = LINES.repeat(1000).getBytes(StandardCharsets.UTF_8);
    long blocks = Math.max(1, bytes / (BURIED.size() + 1) / block.length);
    List<InputStream> parts = new ArrayList<>();
    for (String buried : BURIED) {
      parts.add(repeated(block, blocks));
      parts.add(new ByteArrayInputStream(prefixed(Fixture.text(buried))));
    }
    parts.add(repeated(block, blocks));
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private static InputStream repeated(byte[] block, long times) {
    return new SequenceInputStream(
        new Enumeration<>() {
          private long given;

          @Override
          public boolean hasMoreElements() {
            return given < times;
          }

          @Override
          public InputStream nextElement() {
            given++;
            return new ByteArrayInputStream(block);
          }
        });
  }

  private static byte[] prefixed(String dump) {
    StringBuilder text = new StringBuilder();
    dump.lines().forEach(line -> text.append(PREFIX).append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
