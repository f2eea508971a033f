package dev.unpark.agent.core;

import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.agent.option.Option;
import dev.unpark.agent.option.Options;
import java.io.IOException;
import java.lang.instrument.Instrumentation;

/** Starts the agent. */
public final class Agent {
  private Agent() {}

  /**
   * Reads the options and, unless told not to, starts the agent's thread. Called by the entry class
   * on the application's main thread, which must get on: nothing else happens here.
   */
  public static void start(String arguments, Instrumentation instrumentation)
      throws ReflectiveOperationException, IOException {
    Log log = new Log(System.err);
    Options options = Options.read(arguments, System.getProperties(), System.getenv());
    options.complaints().forEach(log::once);
    if (!options.on(Option.ENABLED)) {
      return;
    }
    BootPart.define(instrumentation);
    ThreadGroup host = rootGroup();
    ThreadGroup own = new ThreadGroup(host, "unpark");
    OwnThreads.declare(own);
    Thread thread =
        new Thread(own, new Watch(options, instrumentation, host, own, log)::run, "unpark-sampler");
    thread.setDaemon(true);
    thread.setContextClassLoader(Agent.class.getClassLoader());
    thread.start();
  }

  private static ThreadGroup rootGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent = group.getParent(); parent != null; parent = group.getParent()) {
      group = parent;
    }
    return group;
  }
}
