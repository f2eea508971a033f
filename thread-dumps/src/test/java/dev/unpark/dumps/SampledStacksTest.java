package dev.unpark.dumps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unpark.dumps.SampledStacks.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of a real recording, taken of this very JVM while it is busy. */
class SampledStacksTest {
  @TempDir Path folder;

  @Test
  void givenABusyJvm_whenRecorded_thenTheTreeLeadsToWhatItDid() throws Exception {
    SampledStacks samples = busy(700_000_000L);
    // On a crowded machine the JVM's own sampler may not get a turn in so short a time.
    for (int times = 2; samples.root().samples() == 0 && times <= 32; times *= 2) {
      samples = busy(times * 700_000_000L);
    }

    assertThat(samples.root().samples()).isPositive();
    assertThat(samples.leftOut()).isZero();
    assertThat(samples.root().children()).extracting(Node::name).containsExactly("running");
    Node spin = find(samples.root(), SampledStacksTest.class.getName() + ".spin").orElseThrow();
    Node caller = find(samples.root(), SampledStacksTest.class.getName() + ".busy").orElseThrow();
    assertThat(caller.children()).contains(spin);
    assertThat(caller.samples())
        .isGreaterThanOrEqualTo(caller.children().stream().mapToLong(Node::samples).sum());
  }

  @Test
  void givenARecordingWithoutSamples_whenRead_thenTheTreeIsEmpty() throws Exception {
    Path file = folder.resolve("idle.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.JVMInformation");
      recording.start();
      recording.stop();
      recording.dump(file);
    }
    assertThat(RecordingReader.samples("idle.jfr", file).root())
        .isEqualTo(new Node("all", 0, List.of()));
  }

  @Test
  void givenNoRecording_whenRead_thenItIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "<html>");
    assertThatThrownBy(() -> RecordingReader.samples("text", file))
        .isInstanceOf(RefusedInput.class)
        .hasMessageContaining("no flight recording");
  }

  private SampledStacks busy(long nanos) throws Exception {
    Path file = folder.resolve("busy.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10));
      recording.start();
      spin(nanos);
      recording.stop();
      recording.dump(file);
    }
    return RecordingReader.samples("busy.jfr", file);
  }

  private static Optional<Node> find(Node from, String name) {
    if (from.name().equals(name)) {
      return Optional.of(from);
    }
    return from.children().stream().flatMap(child -> find(child, name).stream()).findFirst();
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    double sum = 0;
    while (System.nanoTime() - end < 0) {
      sum += Math.sqrt(sum + 1);
    }
    assertThat(sum).isPositive();
  }
}
