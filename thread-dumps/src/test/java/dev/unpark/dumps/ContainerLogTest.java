package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A real dump, as the runtimes of containers log it. */
class ContainerLogTest {
  private static final String DUMP = "src/test/resources/dev/unpark/dumps/monitors-17.txt";

  @Test
  void givenDockersJsonLines_whenRead_thenAreReadLikeThePlainDump() throws IOException {
    String plain = Files.readString(Path.of(DUMP));
    StringBuilder log = new StringBuilder(docker("starting\n"));
    plain.lines().forEach(line -> log.append(docker(line + "\n")));

    assertSameAsPlain(log.toString(), plain);
  }

  @Test
  void givenLinesOfContainerdWithTimesOfAnyLength_whenRead_thenAreReadLikeThePlainDump()
      throws IOException {
    String plain = Files.readString(Path.of(DUMP));
    StringBuilder log = new StringBuilder();
    int[] nanos = {123456789};
    plain
        .lines()
        .forEach(
            line -> {
              // Trailing zeros are dropped, so the prefix is not always equally long.
              String fraction = Integer.toString(nanos[0]++).replaceAll("0+$", "");
              log.append("2026-01-05T10:00:00.%sZ stdout F %s\n".formatted(fraction, line));
            });

    assertSameAsPlain(log.toString(), plain);
  }

  @Test
  void givenLinesThatTheRuntimeCut_whenRead_thenAreWholeAgain() throws IOException {
    String plain = Files.readString(Path.of(DUMP));
    StringBuilder docker = new StringBuilder();
    StringBuilder containerd = new StringBuilder();
    plain
        .lines()
        .forEach(
            line -> {
              int half = line.length() / 2;
              docker.append(docker(line.substring(0, half)));
              docker.append(docker(line.substring(half) + "\n"));
              containerd.append(
                  "2026-01-05T10:00:00.1Z stdout P " + line.substring(0, half) + "\n");
              containerd.append("2026-01-05T10:00:00.2Z stdout F " + line.substring(half) + "\n");
            });

    assertSameAsPlain(docker.toString(), plain);
    assertSameAsPlain(containerd.toString(), plain);
  }

  @Test
  void givenAProgramThatLogsJsonInAContainer_whenRead_thenIsReadLikeThePlainDump()
      throws IOException {
    String plain = Files.readString(Path.of(DUMP));
    String record = record(plain);
    StringBuilder docker = new StringBuilder();
    StringBuilder containerd = new StringBuilder();
    for (int from = 0; from < record.length(); from += 1000) {
      String part = record.substring(from, Math.min(record.length(), from + 1000));
      boolean ends = from + 1000 >= record.length();
      docker.append(docker(ends ? part + "\n" : part));
      containerd.append("2026-01-05T10:00:00.1Z stdout %s %s\n".formatted(ends ? "F" : "P", part));
    }
    plain.lines().map(ContainerLogTest::record).forEach(line -> docker.append(docker(line + "\n")));

    assertSameAsPlain(containerd.toString(), plain);
    assertThat(read(docker.toString()).dumps())
        .hasSize(2)
        .extracting(Dump::threadCount)
        .containsOnly(read(plain).dumps().get(0).threadCount());
  }

  /** As an encoder of a logging framework writes it. */
  private static String record(String text) {
    return docker(text)
        .strip()
        .replace("{\"log\":", "{\"@timestamp\":\"2026-01-05T10:00:00Z\",\"message\":");
  }

  private static void assertSameAsPlain(String log, String plain) throws IOException {
    Dump expected = read(plain).dumps().get(0);
    DumpFile file = read(log);
    assertThat(file.form()).isEqualTo(DumpForm.HOTSPOT_TEXT);
    assertThat(file.dumps()).hasSize(1);
    Dump dump = file.dumps().get(0);
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.threadCount()).isEqualTo(expected.threadCount());
    assertThat(dump.observation().resources()).isEqualTo(expected.observation().resources());
    assertThat(dump.observation().threads())
        .extracting(thread -> thread.stack())
        .isEqualTo(
            expected.observation().threads().stream().map(thread -> thread.stack()).toList());
  }

  private static String docker(String text) {
    try {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
        json.writeStartObject();
        json.writeStringField("log", text);
        json.writeStringField("stream", "stdout");
        json.writeStringField("time", "2026-01-05T10:00:00.123456789Z");
        json.writeEndObject();
      }
      // Docker escapes what HTML would take for tags.
      return line.toString().replace("<", "\\u003c").replace(">", "\\u003e") + "\n";
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static DumpFile read(String text) throws IOException {
    return Corpus.read("log", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
