package dev.unpark.agent.hook;

import dev.unpark.agent.bootstrap.FailureTable;
import dev.unpark.agent.bootstrap.LockCounters;
import dev.unpark.agent.bootstrap.OwnThreads;
import dev.unpark.agent.bootstrap.PermitTable;
import dev.unpark.agent.bootstrap.SignalTable;
import dev.unpark.agent.bootstrap.WaitTable;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the hooks into classes that are already loaded, and tests them.
 *
 * <p>A transformer of our own instead of a ready-made agent builder: it answers null for every
 * class but the few it knows, at once and without loading anything, so it can neither slow nor
 * deadlock the application's class loading. It stays registered, since another agent that
 * retransforms the same class would otherwise undo the weaving.
 *
 * <p><b>Threading:</b> one thread weaves and tests; the JVM may call the transformer from any
 * thread; any thread reads {@link #coverage}.
 */
public final class Weaver implements ClassFileTransformer {
  private final Map<Class<?>, List<Hook>> hooks = new LinkedHashMap<>();
  private final Function<Object, @Nullable Object> work;
  private final Map<String, Boolean> coverage = new ConcurrentHashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /**
   * @param work finds what a task or thread runs, see {@link FailureTable#record}
   */
  public Weaver(List<Hook> hooks, Function<Object, @Nullable Object> work) {
    this.work = work;
    for (Hook hook : hooks) {
      this.hooks.computeIfAbsent(hook.target(), target -> new ArrayList<>()).add(hook);
      coverage.put(hook.name(), false);
    }
  }

  /** Weaves every hook. Those that fail are left out, see {@link #failures}. */
  public void weave(Instrumentation instrumentation) {
    preload();
    instrumentation.addTransformer(this, true);
    for (Map.Entry<Class<?>, List<Hook>> entry : hooks.entrySet()) {
      try {
        instrumentation.retransformClasses(entry.getKey());
      } catch (UnmodifiableClassException | LinkageError refused) {
        entry.getValue().forEach(hook -> failures.put(hook.name(), refused.toString()));
      }
    }
    WaitTable.record(true);
    SignalTable.record(true);
    FailureTable.record(work);
    PermitTable.record(true);
  }

  /** Gives every class its own code back, and counts no more. */
  public void unweave(Instrumentation instrumentation) {
    WaitTable.record(false);
    SignalTable.record(false);
    FailureTable.record(null);
    PermitTable.record(false);
    if (!instrumentation.removeTransformer(this)) {
      return; // Nothing was woven, so nothing was counted.
    }
    for (Class<?> target : hooks.keySet()) {
      try {
        instrumentation.retransformClasses(target);
      } catch (UnmodifiableClassException | LinkageError refused) {
        hooks
            .getOrDefault(target, List.of())
            .forEach(hook -> failures.put(hook.name(), refused.toString()));
      }
    }
    SignalTable.clear();
    LockCounters.renew();
  }

  /** Tries every hook; to be called by a thread that is none of the agent's own. */
  public void test() {
    hooks.values().forEach(this::test);
  }

  private void test(List<Hook> ofOneClass) {
    for (Hook hook : ofOneClass) {
      try {
        boolean fires = hook.fires();
        coverage.put(hook.name(), fires);
        if (!fires) {
          failures.putIfAbsent(hook.name(), "does not fire");
        }
      } catch (Exception | LinkageError failure) {
        failures.putIfAbsent(hook.name(), failure.toString());
      }
    }
  }

  /** Each hook's name, and whether it was seen to fire. */
  public Map<String, Boolean> coverage() {
    return Map.copyOf(coverage);
  }

  /** Why hooks are missing, by name. */
  public Map<String, String> failures() {
    return Map.copyOf(failures);
  }

  /*
   * All that the hooks touch is initialised and linked before any hook can run: a hook that
   * initialised a class in the middle of a lock could deadlock with whoever initialises it
   * elsewhere. Linking counts too: the first use of a variable handle calls Java code.
   */
  private static void preload() {
    OwnThreads.contains(Thread.currentThread());
    WaitTable.warmUp();
    SignalTable.warmUp();
    FailureTable.warmUp();
    PermitTable.warmUp();
    try {
      // The group of virtual threads lives in a nested class from JDK 19 on.
      Class.forName("java.lang.Thread$Constants", true, null);
    } catch (ClassNotFoundException beforeVirtualThreads) {
      // Nothing to initialise.
    }
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable Module module,
      @Nullable ClassLoader loader,
      String className,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    List<Hook> ofThisClass = redefined == null ? null : hooks.get(redefined);
    if (ofThisClass == null) {
      return null;
    }
    try {
      return woven(ofThisClass, TypeDescription.ForLoadedType.of(redefined), bytes);
    } catch (Throwable failure) {
      ofThisClass.forEach(hook -> failures.put(hook.name(), failure.toString()));
      return null;
    }
  }

  private static byte[] woven(List<Hook> hooks, TypeDescription type, byte[] bytes) {
    DynamicType.Builder<?> builder =
        new ByteBuddy(ClassFileVersion.ofClassFile(bytes))
            .with(TypeValidation.DISABLED)
            .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
            .decorate(type, ClassFileLocator.Simple.of(type.getName(), bytes));
    for (Hook hook : hooks) {
      builder = builder.visit(hook.weaving());
    }
    try (DynamicType.Unloaded<?> made = builder.make()) {
      return made.getBytes();
    }
  }
}
