package dev.unpark.agent.library;

import dev.unpark.agent.bootstrap.ConnectionPools;
import dev.unpark.agent.bootstrap.DatabaseErrors;
import dev.unpark.agent.bootstrap.LibraryTable;
import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.agent.bootstrap.ServerRequests;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Weaves library hooks into classes as they are loaded, and into those that were loaded before.
 *
 * <p>For every other class it answers null after one look-up of the class's name. For its own it
 * reads nothing but the bytes that the JVM hands it: no class of the application is loaded, looked
 * up or kept for weaving.
 *
 * <p><b>Threading:</b> the agent's thread installs and removes; the JVM calls the transformer from
 * whichever thread loads a class; any thread reads {@link #coverage}.
 */
public final class LibraryWeaver implements ClassFileTransformer {
  private final Map<String, LibraryHook> hooks = new HashMap<>();
  private final Map<String, Boolean> coverage = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /** A weaver of every hook that there is. */
  public LibraryWeaver() {
    this(LibraryHooks.all());
  }

  LibraryWeaver(List<LibraryHook> hooks) {
    for (LibraryHook hook : hooks) {
      hook.classes().forEach(name -> this.hooks.put(name, hook));
    }
  }

  /** Weaves from now on, and what is loaded already. */
  public void install(Instrumentation instrumentation) {
    preload();
    instrumentation.addTransformer(this, true);
    retransform(instrumentation);
  }

  /** Gives every class its own code back, and forgets what was counted. */
  public void remove(Instrumentation instrumentation) {
    if (instrumentation.removeTransformer(this)) {
      retransform(instrumentation);
      ServerRequests.clear();
      ConnectionPools.clear();
      LibraryTable.clear();
      DatabaseErrors.clear();
    }
  }

  private void retransform(Instrumentation instrumentation) {
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      LibraryHook hook = hooks.get(loaded.getName().replace('.', '/'));
      if (hook != null) {
        try {
          instrumentation.retransformClasses(loaded);
        } catch (UnmodifiableClassException | LinkageError refused) {
          failed(hook, refused.toString());
        }
      }
    }
  }

  /**
   * Hooks whose library is loaded, and whether they are woven in everywhere. A library that is not
   * there has no hook.
   */
  public Map<String, Boolean> coverage() {
    return Map.copyOf(coverage);
  }

  /** Why hooks are missing, by name. */
  public Map<String, String> failures() {
    return Map.copyOf(failures);
  }

  /*
   * All that advice touches is initialised and linked before it can run, and all that weaving
   * touches has been used once, so that an application thread in the middle of loading a class finds
   * it there.
   */
  private static void preload() {
    OwnThreads.contains(Thread.currentThread());
    LibraryTable.warmUp();
    ServerRequests.warmUp();
    ConnectionPools.warmUp();
    DatabaseErrors.warmUp();
    LibraryHook rehearsal = new Rehearsal();
    String name = LibraryWeaver.class.getName().replace('.', '/');
    try (InputStream in =
        LibraryWeaver.class.getClassLoader().getResourceAsStream(name + ".class")) {
      if (in != null) {
        woven(rehearsal, name, in.readAllBytes());
      }
    } catch (IOException | Misfit unreadable) {
      // Then the first library class that is loaded makes the rehearsal.
    }
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      @Nullable String className,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    LibraryHook hook = className == null ? null : hooks.get(className);
    if (hook == null || className == null) {
      return null;
    }
    try {
      byte[] woven = woven(hook, className, bytes);
      coverage.putIfAbsent(hook.name(), true);
      return woven;
    } catch (Misfit misfit) {
      failed(hook, misfit.getMessage());
      return null;
    } catch (Throwable failure) {
      failed(hook, failure.toString());
      return null;
    }
  }

  private void failed(LibraryHook hook, @Nullable String why) {
    coverage.put(hook.name(), false);
    failures.putIfAbsent(hook.name(), String.valueOf(why));
  }

  private static byte[] woven(LibraryHook hook, String className, byte[] bytes) throws Misfit {
    String name = className.replace('/', '.');
    ClassFileLocator locator = ClassFileLocator.Simple.of(name, bytes);
    TypeDescription type =
        new TypePool.Default.WithLazyResolution(
                new TypePool.CacheProvider.Simple(), locator, TypePool.Default.ReaderMode.FAST)
            .describe(name)
            .resolve();
    DynamicType.Builder<?> builder =
        new ByteBuddy(ClassFileVersion.ofClassFile(bytes))
            .with(TypeValidation.DISABLED)
            .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
            .decorate(type, locator);
    boolean fits = false;
    for (LibraryHook.Part part : hook.parts(className)) {
      if (!type.getDeclaredMethods().filter(part.where()).isEmpty()) {
        builder = builder.visit(part.advice().on(part.where()));
        fits = true;
      } else if (part.needed()) {
        throw new Misfit(name + " has no method where " + part.where());
      }
    }
    if (!fits) {
      throw new Misfit(name + " has none of the methods");
    }
    try (DynamicType.Unloaded<?> made = builder.make()) {
      return made.getBytes();
    }
  }

  /** A class that is not made as the hook expects. */
  private static final class Misfit extends Exception {
    private static final long serialVersionUID = 1;

    Misfit(String why) {
      super(why);
    }
  }
}
