package dev.unpark.agent.program;

import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;

/** Has an event of Flight Recorder of its own, and looks whether anybody has switched it on. */
public final class OwnEvents {
  private OwnEvents() {}

  /** By default, every recording takes it. */
  public static final class Mine extends Event {}

  public static void main(String[] arguments) throws Exception {
    long end = System.nanoTime() + 30_000_000_000L;
    Object bell = new Object();
    while (recordings() == 0 && System.nanoTime() < end) {
      synchronized (bell) {
        bell.wait(50); // Something to record, or the recorder would not be started.
      }
    }
    System.out.print(recordings() > 0 ? "recorder runs, " : "no recorder, ");
    // The agent looks for events that are new every ten seconds.
    end = System.nanoTime() + 20_000_000_000L;
    while (new Mine().isEnabled() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    System.out.println("own event is " + (new Mine().isEnabled() ? "on" : "off"));
  }

  private static int recordings() {
    return FlightRecorder.isInitialized()
        ? FlightRecorder.getFlightRecorder().getRecordings().size()
        : 0;
  }
}
