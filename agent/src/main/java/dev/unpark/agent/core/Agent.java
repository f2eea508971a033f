package dev.unpark.agent.core;

import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.agent.bootstrap.Slot;
import dev.unpark.agent.hook.PoolWeaver;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Starts the agent, and takes it away again.
 *
 * <p><b>Threading:</b> {@link BeforeMain} is used by the application's main thread, the rest by the
 * agent's; no two at once.
 */
public final class Agent implements Callable<Boolean> {
  /** The only argument of a runtime attach that starts nothing. */
  private static final String DETACH = "detach";

  private final String arguments;
  private final Instrumentation instrumentation;
  private final boolean attached;
  private final Options options;
  private final PoolWeaver pools;
  private final Log log = new Log();
  private @Nullable Watch watch;
  private boolean admitted;
  private boolean left;

  private Agent(String arguments, Instrumentation instrumentation, boolean attached) {
    this.arguments = arguments;
    this.instrumentation = instrumentation;
    this.attached = attached;
    this.options = Options.read(arguments, System.getProperties(), System.getenv());
    this.pools = new PoolWeaver(options.on(Option.TASKS));
  }

  /**
   * Reads the options, and does before {@code main} what it is too late for afterwards.
   *
   * <p>What is made here starts the rest, and answers whether the agent runs; if not, nothing of it
   * is left but its bootstrap classes. A class with a public constructor and no arguments, since
   * that is what the entry, which cannot see this class, reaches at the least cost.
   */
  public static final class BeforeMain
      implements BiFunction<String, Instrumentation, Callable<Boolean>> {
    @Override
    public Callable<Boolean> apply(String arguments, Instrumentation instrumentation) {
      Agent agent = new Agent(arguments, instrumentation, false);
      agent.weaveEarly();
      return agent;
    }
  }

  /** The same where the application runs already, and somebody waits for an {@link Answer}. */
  public static final class Attached
      implements BiFunction<String, Instrumentation, Callable<Boolean>> {
    @Override
    public Callable<Boolean> apply(String arguments, Instrumentation instrumentation) {
      return new Agent(arguments, instrumentation, true);
    }
  }

  private void weaveEarly() {
    try {
      if (options.on(Option.ENABLED) && options.on(Option.HOOKS) && admit() == null) {
        pools.weaveEarly(instrumentation);
      }
    } catch (ReflectiveOperationException | IOException | RuntimeException | LinkageError failure) {
      // What matters fails once more, and is told, when the agent starts.
    }
  }

  /** Takes the agent's place in this JVM, and answers why not, or null. */
  private @Nullable String admit() throws ReflectiveOperationException, IOException {
    if (admitted) {
      return null;
    }
    String obstacle = BootPart.define(instrumentation);
    if (obstacle == null && !Slot.claim(new Detachment())) {
      obstacle = "an Unpark agent runs in this JVM already";
    }
    admitted = obstacle == null;
    return obstacle;
  }

  /** Starts the agent's sampler thread, in the group of the thread that calls. */
  @Override
  public Boolean call() throws ReflectiveOperationException, IOException {
    Answer answer = attached ? Answer.to(instrumentation) : Answer.NOBODY;
    if (attached && arguments.strip().equals(DETACH)) {
      answer.give(detachOccupant());
      return false;
    }
    options.complaints().forEach(log::once);
    if (!options.on(Option.ENABLED)) {
      answer.give("off: enabled=false");
      return false;
    }
    if (left) {
      return false;
    }
    String obstacle = admit();
    if (obstacle != null) {
      log.once(obstacle + "; this one is left out");
      answer.give("refused: " + obstacle);
      return false;
    }
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    OwnThreads.declare(group);
    Watch started = new Watch(options, instrumentation, group, pools, log);
    watch = started;
    started.start();
    answer.give("running");
    return true;
  }

  /** Takes this agent away, whether it has started or is about to. */
  private void detach() {
    if (watch != null) {
      watch.detach();
    } else {
      left = true;
      pools.unweave(instrumentation);
      Slot.release();
    }
  }

  /** Not a lambda, which would be made on the application's time. */
  private final class Detachment implements Runnable {
    @Override
    public void run() {
      detach();
    }
  }

  private static String detachOccupant() {
    Runnable occupant = BootPart.isDefined() ? Slot.occupant() : null;
    if (occupant == null) {
      return "refused: no Unpark agent runs in this JVM";
    }
    occupant.run();
    return Slot.occupant() == occupant ? "refused: the agent does not stop in time" : "detached";
  }
}
