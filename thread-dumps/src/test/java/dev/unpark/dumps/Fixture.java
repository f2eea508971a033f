package dev.unpark.dumps;

import dev.unpark.diagnosis.graph.Knot;
import dev.unpark.diagnosis.graph.ObservationIndex;
import dev.unpark.diagnosis.graph.WaitForGraph;
import dev.unpark.diagnosis.model.ObservedThread;
import dev.unpark.diagnosis.model.Release;
import dev.unpark.diagnosis.model.Resource;
import dev.unpark.diagnosis.model.Wait;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Dumps that real JDK tools took of {@code dev.unpark.cli.Hangs}, and dumps written by hand. */
final class Fixture {
  static final List<String> ALL =
      List.of(
          "locks-17-l.txt",
          "locks-17.txt",
          "locks-25.txt",
          "monitors-17.txt",
          "class-initialization-17.txt",
          "long-hold-17-l.txt",
          "virtual-25-l-e.txt",
          "virtual-25.json");

  private Fixture() {}

  static byte[] bytes(String name) {
    try (InputStream in = Fixture.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  static DumpFile read(byte[] bytes) {
    try {
      return new DumpReader(ZoneOffset.UTC)
          .read("a.dump", new ByteArrayInputStream(bytes), Instant.EPOCH);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The only dump of that text. */
  static Dump dump(String text) {
    List<Dump> dumps = read(text.getBytes(StandardCharsets.UTF_8)).dumps();
    if (dumps.size() != 1) {
      throw new AssertionError("expected one dump, got " + dumps.size());
    }
    return dumps.get(0);
  }

  static ObservedThread thread(Dump dump, String name) {
    return dump.observation().threads().stream()
        .filter(thread -> thread.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no thread '" + name + "'"));
  }

  static Resource waitedFor(Dump dump, String name) {
    ObservedThread thread = thread(dump, name);
    return Objects.requireNonNull(
        new ObservationIndex(dump.observation()).waitedFor(thread), name + " waits for nothing");
  }

  static Wait waitOf(Dump dump, String name) {
    return Objects.requireNonNull(thread(dump, name).currentWait(), name + " does not wait");
  }

  /** Whoever holds what that thread waits for; an error when that is not known. */
  static String holder(Dump dump, String name) {
    Release release = waitedFor(dump, name).release();
    if (release instanceof Release.AllOf all && all.threads().size() == 1) {
      long id = all.threads().iterator().next();
      return dump.observation().threads().stream()
          .filter(thread -> thread.id() == id)
          .map(ObservedThread::name)
          .findFirst()
          .orElseThrow();
    }
    throw new AssertionError("holder unknown: " + release);
  }

  /** Names of the members of every knot of our own graph. */
  static Set<String> knotted(Dump dump) {
    Set<String> names = new TreeSet<>();
    for (Knot knot : new WaitForGraph(dump.observation()).knots()) {
      for (ObservedThread thread : dump.observation().threads()) {
        if (knot.members().contains(thread.id())) {
          names.add(thread.name());
        }
      }
    }
    return names;
  }
}
