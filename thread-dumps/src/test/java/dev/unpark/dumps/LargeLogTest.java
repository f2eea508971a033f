package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Small versions of what {@code benchmarks/read-dumps} does: logs through a small heap. */
class LargeLogTest {
  @Test
  void givenALogLargerThanTheHeap_whenRead_thenMemoryGrowsWithThreadsOnly() throws Exception {
    assertThat(said("-Xmx48m", LargeLog.class, "100")).startsWith("100 MB, ");
  }

  @Test
  void givenALogInWhichThreeDumpsAreBuried_whenDiagnosed_thenGivesThreeDiagnoses()
      throws Exception {
    assertThat(said("-Xmx24m", ThreeInALog.class, "30").lines().skip(1))
        .containsExactly(
            "deadlock: 2 threads wait for each other: post and settle",
            "deadlock: 2 threads wait for each other: catalogue and prices",
            "deadlock: 2 threads wait for each other: transfer-1 and transfer-2");
  }

  /** What a program prints that runs in a heap of that size. */
  private static String said(String heap, Class<?> program, String megabytes) throws Exception {
    Process reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                megabytes)
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(reader.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
      assertThat(reader.exitValue()).as(said).isZero();
      return said;
    } finally {
      reader.destroyForcibly();
    }
  }
}
