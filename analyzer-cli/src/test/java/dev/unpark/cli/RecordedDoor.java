package dev.unpark.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Recording;

/** A real recording of a thread of this JVM that waits for a monitor until it is let in. */
final class RecordedDoor {
  private RecordedDoor() {}

  /** Answers with the file. */
  static String record(Path directory) throws IOException, InterruptedException {
    Object door = new Object();
    Path recorded = directory.resolve("door.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.JavaMonitorEnter").withThreshold(Duration.ZERO).withStackTrace();
      recording.enable("jdk.ThreadStart");
      recording.start();
      Thread guest = new Thread(() -> enter(door), "guest-1");
      synchronized (door) {
        guest.start();
        while (guest.getState() != Thread.State.BLOCKED) {
          Thread.onSpinWait();
        }
      }
      guest.join();
      recording.stop();
      recording.dump(recorded);
    }
    return recorded.toString();
  }

  private static void enter(Object door) {
    synchronized (door) {
      door.notifyAll();
    }
  }
}
