package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A small version of {@code benchmarks/read-dumps}: 100 MB through a heap of 48 MB. */
class LargeLogTest {
  @Test
  void givenALogLargerThanTheHeap_whenRead_thenMemoryGrowsWithThreadsOnly() throws Exception {
    Process reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                LargeLog.class.getName(),
                "100")
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(reader.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
      assertThat(reader.exitValue()).as(said).isZero();
      assertThat(said).startsWith("100 MB, ");
    } finally {
      reader.destroyForcibly();
    }
  }
}
