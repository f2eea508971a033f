package dev.unpark.agent;

import java.io.File;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Brings the agent up on a thread of its own.
 *
 * <p>The application's main thread pays for that thread, and for what can only be done before it
 * runs. The thread first lets the application begin: what lasts no longer than {@value #NAP_MILLIS}
 * ms is not disturbed any further.
 *
 * <p>No lambda and no string template here: the JVM would have to build the machinery for the first
 * of them, on the application's time.
 */
final class Entry implements Runnable {
  private static final long NAP_MILLIS = 100;
  private static final long ANSWER_MILLIS = 15_000;
  private static final String AGENT_BEFORE_MAIN = "dev.unpark.agent.core.Agent$BeforeMain";
  private static final String AGENT_ATTACHED = "dev.unpark.agent.core.Agent$Attached";

  private final String arguments;
  private final Instrumentation instrumentation;
  private final boolean attached;
  private @Nullable AgentLoader loader;
  private @Nullable Callable<?> agent;

  private Entry(String arguments, Instrumentation instrumentation, boolean attached) {
    this.arguments = arguments;
    this.instrumentation = instrumentation;
    this.attached = attached;
  }

  /** Made and called by {@link Premain}, which cannot name it. */
  public static final class BeforeMain implements BiConsumer<String, Instrumentation> {
    @Override
    public void accept(String arguments, Instrumentation instrumentation) {
      Entry entry = new Entry(arguments, instrumentation, false);
      try {
        entry.prepare();
      } catch (Throwable failure) {
        tell(failure);
        return;
      }
      start(entry);
    }
  }

  /** The same, and comes back when the agent runs, or is gone, or has failed. */
  public static final class Attached implements BiConsumer<String, Instrumentation> {
    @Override
    public void accept(String arguments, Instrumentation instrumentation) {
      Thread starting = start(new Entry(arguments, instrumentation, true));
      try {
        starting.join(ANSWER_MILLIS);
      } catch (InterruptedException impatient) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Thread start(Entry entry) {
    // Inherits no thread locals: they would be the application's.
    Thread thread = new Thread(new OwnGroup(), entry, "unpark-start", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    thread.start();
    return thread;
  }

  @Override
  public void run() {
    try {
      if (!attached) {
        Thread.sleep(NAP_MILLIS);
      }
      begin();
    } catch (Throwable failure) {
      tell(failure);
    }
  }

  private static void tell(Throwable failure) {
    System.err.println(
        "unpark: could not start (" + rootOf(failure) + "); the application runs without it");
  }

  // One at a time: two agents may have been asked for.
  @SuppressWarnings("unchecked") // What it makes is of the agent's own loader.
  private void prepare() throws Throwable {
    synchronized (Entry.class) {
      String obstacle = obstacle();
      if (obstacle != null) {
        System.err.println("unpark: " + obstacle + "; the application runs without it");
        return;
      }
      File jar = new File(Entry.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      loader = new AgentLoader(new JarFile(jar, false));
      Object made =
          Class.forName(attached ? AGENT_ATTACHED : AGENT_BEFORE_MAIN, true, loader)
              .getConstructor()
              .newInstance();
      agent =
          ((BiFunction<String, Instrumentation, Callable<?>>) made)
              .apply(arguments, instrumentation);
    }
  }

  private void begin() throws Throwable {
    synchronized (Entry.class) {
      if (attached) {
        prepare();
      }
      if (agent == null || loader == null) {
        return;
      }
      boolean running = Boolean.TRUE.equals(agent.call());
      agent = null;
      if (!running) {
        loader.close();
        letGo();
      }
    }
  }

  /*
   * The JDK's code for records remembers the class of the component that it last made a method for,
   * and with it that class's loader. So the last one is to be of no consequence, and not final,
   * since those are treated apart.
   */
  private static void letGo() throws Throwable {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodHandle part = lookup.findGetter(Last.class, "part", Number.class);
    ObjectMethods.bootstrap(
        lookup,
        "equals",
        MethodType.methodType(boolean.class, Last.class, Object.class),
        Last.class,
        "part",
        part);
    ObjectMethods.bootstrap(
        lookup, "hashCode", MethodType.methodType(int.class, Last.class), Last.class, "part", part);
  }

  private record Last(Number part) {}

  /** Why this JVM cannot be watched, or null. */
  @SuppressWarnings("removal") // Of the security manager: on JDK 17 to 23 there may be one.
  private static @Nullable String obstacle() {
    if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
      return "a native image cannot be watched by a Java agent";
    }
    if (System.getProperty("java.vm.name", "").contains("OpenJ9")) {
      return "needs a HotSpot JVM, and this is " + System.getProperty("java.vm.name");
    }
    if (System.getSecurityManager() != null) {
      return "cannot look at threads under a security manager";
    }
    if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
      return "this Java runtime lacks the module java.management; jlink --add-modules"
          + " java.management,jdk.jfr,jdk.management makes one that has it";
    }
    return null;
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    return root;
  }
}
