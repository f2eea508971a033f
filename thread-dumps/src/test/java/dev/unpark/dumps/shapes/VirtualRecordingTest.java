package dev.unpark.dumps.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unpark.diagnosis.model.ResourceKind;
import dev.unpark.dumps.RecordedWaits;
import dev.unpark.dumps.Recording;
import dev.unpark.dumps.RecordingReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording of JDK 25 tells of virtual threads, and of locks of several classes. */
class VirtualRecordingTest {
  @TempDir Path directory;

  @Test
  void givenVirtualThreadsThatPin_whenRecorded_thenTellsWhereAndWhyAndWhoCameAndWent()
      throws Exception {
    assumeTrue(ShapeJvm.java25().isPresent(), "there is no JDK 25 here");
    Path settings =
        Files.writeString(
            directory.resolve("all.jfc"),
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
            %s</configuration>
            """
                .formatted(
                    event("VirtualThreadPinned")
                        + event("VirtualThreadStart")
                        + event("VirtualThreadEnd")
                        + event("ThreadPark")
                        + event("JVMInformation")));
    Path file = directory.resolve("till.jfr");
    String recording = "-XX:StartFlightRecording=settings=" + settings + ",filename=" + file;
    try (ShapeJvm jvm =
        new ShapeJvm(
            ShapeJvm.java25().orElseThrow(),
            BriefPinning.class.getName(),
            "benign",
            List.of(recording),
            "")) {
      jvm.jcmd("JFR.dump", "filename=" + file);
    }

    Recording read = new RecordingReader(ZoneOffset.UTC).read("till.jfr", file);

    assertThat(read.pinnings())
        .anySatisfy(
            pinning -> {
              assertThat(pinning.className()).isNotEmpty();
              assertThat(pinning.stack()).anyMatch(frame -> frame.contains("BriefPinning$Rates"));
            });
    assertThat(read.threads())
        .anyMatch(churn -> churn.virtual() && churn.name().equals("rates") && churn.ended() == 1)
        .anyMatch(churn -> churn.virtual() && churn.name().isEmpty() && churn.started() >= 1);
    assertThat(read.locks())
        .extracting(RecordedWaits::kind)
        .contains(ResourceKind.READ_WRITE_LOCK, ResourceKind.STAMPED_LOCK);
  }

  private static String event(String name) {
    return """
    <event name="jdk.%s"><setting name="enabled">true</setting><setting name="threshold">0 ms</setting>\
    <setting name="stackTrace">true</setting></event>
    """
        .formatted(name);
  }
}
