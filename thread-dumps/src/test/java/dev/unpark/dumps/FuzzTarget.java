package dev.unpark.dumps;

import dev.unpark.diagnosis.graph.WaitForGraph;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * What {@code scripts/fuzz} calls with input that a fuzzer made up: reading it ends, without an
 * exception, and what comes out keeps its promises.
 *
 * <p>A reader that begins behind a line of its own form is given that line first, so that no input
 * is wasted on getting there.
 */
public final class FuzzTarget {
  /** Readers, and what each input of theirs begins with. */
  static final Map<String, String> READERS =
      Map.ofEntries(
          Map.entry("any", ""),
          Map.entry(
              "hotspot", "Full thread dump OpenJDK 64-Bit Server VM (17.0.1+12 mixed mode):\n"),
          Map.entry("to-file-text", "#1 \"main\"\n"),
          Map.entry("to-file-json", "{\"threadDump\":{\"threadContainers\":[{\"threads\":["),
          Map.entry("actuator", "{\"threads\":[{\"threadName\":\"a\",\"threadId\":1,"),
          Map.entry("javacore", "0SECTION       TITLE subcomponent dump routine\n"),
          Map.entry("jhsdb", "Attaching to process ID 1, please wait...\nDeadlock Detection:\n"),
          Map.entry("thread-info", "\"a\" Id=1 RUNNABLE\n"),
          Map.entry("deadlock-section", "Found one Java-level deadlock:\n\"a\":\n"),
          Map.entry("program-text", "Thread 1 (a):\n"),
          Map.entry("jmx", "\"a\" - Thread t@1\n"),
          Map.entry(
              "hs-err", "# A fatal error has been detected by the Java Runtime Environment:\n"),
          Map.entry("native-image", "\"a\" #1 thread=0x1 state=RUNNABLE\n"),
          Map.entry("zip", "PK\u0003\u0004"),
          Map.entry("gzip", "\u001f\u008b"),
          Map.entry("tar", tarHeader()),
          Map.entry("recording", "FLR\0"));

  /** Of a file of 1000 bytes; what an input says of the next one must be signed to be believed. */
  private static String tarHeader() {
    String zeros = "\0";
    String name = "a" + zeros.repeat(99);
    String size = "00000001750" + zeros;
    String before = name + zeros.repeat(24) + size + zeros.repeat(12);
    String behind = "0" + zeros.repeat(100) + "ustar" + zeros.repeat(250);
    int sum = 8 * ' ' + before.chars().sum() + behind.chars().sum();
    return before + "%06o\0 ".formatted(sum) + behind;
  }

  private static final String READER = System.getProperty("unpark.fuzz.reader", "any");

  private FuzzTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(READER, input);
  }

  static void read(String reader, byte[] input) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(READERS.get(reader).getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(input);
    try {
      if (reader.equals("recording")) {
        check(
            new RecordingReader(ZoneOffset.UTC)
                .read("a.jfr", new ByteArrayInputStream(bytes.toByteArray()))
                .dumps());
      } else {
        check(
            new DumpReader(ZoneOffset.UTC)
                .read("a", new ByteArrayInputStream(bytes.toByteArray()), Instant.EPOCH)
                .dumps());
      }
    } catch (RefusedInput refused) {
      // Says what, found, expected and what to try: an answer.
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void check(List<Dump> dumps) {
    Dump last = null;
    for (Dump dump : dumps) {
      long platform = dump.observation().threads().stream().filter(t -> !t.virtual()).count();
      require(platform <= dump.threadCount(), "more threads than it counts");
      require(dump.unreadLines().size() <= Dump.UNREAD_KEPT, "too many unread lines kept");
      require(dump.unreadCount() >= dump.unreadLines().size(), "unread lines not counted");
      require(new WaitForGraph(dump.observation()).knots() != null, "no graph");
      if (last != null) {
        Join.of(last, dump);
      }
      last = dump;
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
