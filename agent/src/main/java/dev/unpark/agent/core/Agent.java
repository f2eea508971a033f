package dev.unpark.agent.core;

import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.agent.bootstrap.Slot;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import java.io.IOException;
import java.lang.instrument.Instrumentation;

/** Starts the agent, and takes it away again. */
public final class Agent {
  /** The only argument of a runtime attach that starts nothing. */
  private static final String DETACH = "detach";

  private Agent() {}

  /**
   * Reads the options and, unless told not to, starts the agent's sampler thread.
   *
   * @param group of all threads of the agent
   * @param attached whether the application runs already, and somebody waits for an {@link Answer}
   * @return whether the agent runs; if not, nothing of it is left but its bootstrap classes
   */
  public static boolean start(
      String arguments, Instrumentation instrumentation, ThreadGroup group, boolean attached)
      throws ReflectiveOperationException, IOException {
    Answer answer = attached ? Answer.to(instrumentation) : Answer.NOBODY;
    Log log = new Log();
    if (attached && arguments.strip().equals(DETACH)) {
      answer.give(detach());
      return false;
    }
    Options options = Options.read(arguments, System.getProperties(), System.getenv());
    options.complaints().forEach(log::once);
    if (!options.on(Option.ENABLED)) {
      answer.give("off: enabled=false");
      return false;
    }
    String obstacle = BootPart.define(instrumentation);
    Watch watch = new Watch(options, instrumentation, group, log);
    if (obstacle == null && !Slot.claim(watch::detach)) {
      obstacle = "an Unpark agent runs in this JVM already";
    }
    if (obstacle != null) {
      log.once(obstacle + "; this one is left out");
      answer.give("refused: " + obstacle);
      return false;
    }
    OwnThreads.declare(group);
    watch.start();
    answer.give("running");
    return true;
  }

  private static String detach() {
    Runnable occupant = BootPart.isDefined() ? Slot.occupant() : null;
    if (occupant == null) {
      return "refused: no Unpark agent runs in this JVM";
    }
    occupant.run();
    return Slot.occupant() == occupant ? "refused: the agent does not stop in time" : "detached";
  }
}
