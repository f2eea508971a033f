package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.ThreadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reports of JVMs that crashed on purpose, without their memory maps. */
class HsErrTest {
  private static final Path REPORTS = Path.of("src/test/resources/dev/unpark/dumps");

  @ParameterizedTest
  @CsvSource({"17, 17.0.15, 13", "25, 25.0.3, 12"})
  void givenAReport_whenRead_thenListsThreadsAndTheFramesOfTheCrashedOne(
      String version, String jdk, int threads) throws IOException {
    DumpFile file = read(Files.readAllBytes(REPORTS.resolve("hs_err_" + version + ".log")));

    assertThat(file.form()).isEqualTo(DumpForm.HS_ERR);
    Dump dump = file.dumps().get(0);
    assertThat(dump.threadCount()).isEqualTo(threads);
    assertThat(dump.unreadLines()).isEmpty();
    assertThat(dump.truncated()).isFalse();
    assertThat(dump.observation().jvm().jdk()).isEqualTo(jdk);
    assertThat(dump.observation().jvm().pid()).isPositive();
    assertThat(dump.observation().time().truncatedTo(ChronoUnit.HOURS))
        .isEqualTo(Instant.parse("2026-11-24T02:00:00Z"));
    ObservedThread main = dump.observation().threads().get(0);
    assertThat(main.name()).isEqualTo("main");
    assertThat(main.state()).isEqualTo(ThreadState.RUNNABLE);
    assertThat(main.stack())
        .startsWith("jdk.internal.misc.Unsafe.putLong(Unknown Source)")
        .endsWith("Crash.touch(Unknown Source)", "Crash.main(Unknown Source)");
    assertThat(dump.observation().threads())
        .extracting(ObservedThread::name)
        .contains("say \"holder\"", "waiter");
    assertThat(dump.observation().threads())
        .filteredOn(thread -> thread != main)
        .allMatch(thread -> thread.state() == ThreadState.UNKNOWN && thread.stack().isEmpty());
    assertThat(dump.observation().limits()).anyMatch(limit -> limit.contains("jhsdb jstack"));
    assertThat(OtherFormsTest.findings(dump)).isEmpty();
  }

  @Test
  void givenCompiledFrames_whenRead_thenTheirMethodsAreTold() throws IOException {
    String report =
        Files.readString(REPORTS.resolve("hs_err_17.log"))
            .replace(
                "j  Crash.touch(Lsun/misc/Unsafe;)V+5",
                "J 79% c2 Crash.spin(I)V (23 bytes) @ 0x00007f0450 [0x00007f0450+0x10]\n"
                    + "J 80 c1 java.util.HashMap.get(Ljava/lang/Object;)Ljava/lang/Object;"
                    + " java.base@17.0.15 (23 bytes) @ 0x00007f04 [0x00007f04+0x1]");
    Dump dump = read(report.getBytes(StandardCharsets.UTF_8)).dumps().get(0);

    assertThat(dump.observation().threads().get(0).stack())
        .contains("Crash.spin(Unknown Source)", "java.util.HashMap.get(Unknown Source)");
  }

  @Test
  void givenAReportThatIsCutOff_whenRead_thenSaysSo() throws IOException {
    byte[] whole = Files.readAllBytes(REPORTS.resolve("hs_err_25.log"));

    assertThat(read(Arrays.copyOf(whole, whole.length - 200)).dumps().get(0).truncated()).isTrue();
  }

  @Test
  void givenOnlyTheHeadOnTheConsole_whenRead_thenADumpBesideItIsRead() throws IOException {
    String console =
        "# A fatal error has been detected by the Java Runtime Environment:\n#\n"
            + Files.readString(REPORTS.resolve("monitors-17.txt"));

    DumpFile file = read(console.getBytes(StandardCharsets.UTF_8));

    assertThat(file.form()).isEqualTo(DumpForm.HOTSPOT_TEXT);
    assertThat(file.dumps()).hasSize(1);
  }

  private static DumpFile read(byte[] bytes) throws IOException {
    try (InputStream in = new ByteArrayInputStream(bytes)) {
      return Corpus.read("hs_err.log", in);
    }
  }
}
