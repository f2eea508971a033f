package dev.unpark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unpark.diagnosis.report.Complaint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the files in {@code /proc} say, where no process of that kind is at hand. */
class JvmProcessTest {
  private static final String CATCHES_QUIT = "0000000000000004";

  @TempDir private Path proc;

  @Test
  void givenAHotSpotJvm_whenLookedAt_thenNothingSpeaksAgainstIt() throws IOException {
    assertThat(obstacle("S (sleeping)", CATCHES_QUIT, "libjvm.so")).isNull();
  }

  @Test
  void givenAnOpenJ9Jvm_whenLookedAt_thenIsNotSignalledButExplained() throws IOException {
    Complaint complaint = obstacle("S (sleeping)", CATCHES_QUIT, "libjvm.so", "libj9vm29.so");

    assertThat(complaint).isNotNull();
    assertThat(complaint.headline()).contains("OpenJ9");
    assertThat(complaint.next()).startsWith("kill -3 7,");
  }

  @Test
  void givenAProcessThatIsStoppedOrOver_whenLookedAt_thenSaysWhich() throws IOException {
    assertThat(headline("T (stopped)")).endsWith("it is stopped, and answers nobody");
    assertThat(headline("t (tracing stop)")).endsWith("it is stopped, and answers nobody");
    assertThat(headline("Z (zombie)")).endsWith("it has ended");
  }

  private String headline(String state) throws IOException {
    Complaint complaint = obstacle(state, CATCHES_QUIT, "libjvm.so");
    return complaint == null ? "" : complaint.headline();
  }

  private @Nullable Complaint obstacle(String state, String caught, String... libraries)
      throws IOException {
    Files.writeString(
        proc.resolve("status"), "Name:\tjava\nState:\t" + state + "\nSigCgt:\t" + caught + "\n");
    StringBuilder maps = new StringBuilder("7f00-7f01 rw-p 00000000 00:00 0\n");
    for (String library : libraries) {
      maps.append("7f02-7f03 r-xp 00000000 08:01 12   /opt/jdk/lib/server/")
          .append(library)
          .append('\n');
    }
    Files.writeString(proc.resolve("maps"), maps);
    return JvmProcess.obstacle(proc, 7, "/opt/jdk/bin/java", "cannot attach to 7: ");
  }
}
