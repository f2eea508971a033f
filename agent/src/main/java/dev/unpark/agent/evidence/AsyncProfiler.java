package dev.unpark.agent.evidence;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * async-profiler, from the jar that its makers publish: the classes in a loader of their own, the
 * native library unpacked to a file that is removed once it is loaded.
 *
 * <p>Native code stays in the process until it ends. A JVM that has such a profiler already, of its
 * own or of another tool, is left alone: two of them would take each other's signals.
 *
 * <p><b>Threading:</b> one thread.
 */
final class AsyncProfiler implements Profiler {
  private static final String LIBRARY = "libasyncProfiler.so";

  /** async-profiler's own library, and Datadog's descendant of it. */
  private static final String[] RELATIVES = {"asyncprofiler", "javaprofiler"};

  /*
   * Wall-clock samples say where threads stand, running or waiting, and need no rights that a
   * container lacks. Of locks, waits from a tenth of a millisecond on: the shorter ones are many and
   * tell nothing more.
   */
  private static final String WHAT = "event=wall,interval=20ms,lock=100us,threads,jstackdepth=256";

  private final Object instance;
  private final Method execute;

  private AsyncProfiler(Object instance, Method execute) {
    this.instance = instance;
    this.execute = execute;
  }

  /**
   * Loads it.
   *
   * @param scratch a folder that a file can be written to and loaded from
   * @throws IOException when it cannot be loaded; the message says why
   */
  static AsyncProfiler load(File jar, File scratch) throws IOException {
    String relative = relative();
    if (relative != null) {
      throw new IOException("this JVM has a profiler already: " + relative);
    }
    File library = File.createTempFile("unpark-", ".so", scratch);
    try {
      unpack(jar, library);
      Class<?> type = Class.forName("one.profiler.AsyncProfiler", true, loader(jar));
      Object instance =
          type.getMethod("getInstance", String.class).invoke(null, library.getAbsolutePath());
      return new AsyncProfiler(instance, type.getMethod("execute", String.class));
    } catch (InvocationTargetException failure) {
      throw refusal(failure);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException failure) {
      throw new IOException(String.valueOf(failure), failure);
    } finally {
      if (!library.delete()) {
        library.deleteOnExit();
      }
    }
  }

  private static void unpack(File jar, File to) throws IOException {
    String folder = platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    try (ZipFile zip = new ZipFile(jar)) {
      ZipEntry entry = zip.getEntry(folder + "/" + LIBRARY);
      if (entry == null) {
        throw new IOException("'%s' has no %s/%s".formatted(jar, folder, LIBRARY));
      }
      try (InputStream in = zip.getInputStream(entry);
          OutputStream out = new FileOutputStream(to)) {
        in.transferTo(out);
      }
    }
  }

  /** The folder of the jar that has this system's library. */
  static String platform(String system, String processor) {
    if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
      return "macos";
    }
    String name = processor.equals("amd64") || processor.equals("x86_64") ? "x64" : processor;
    return system.toLowerCase(Locale.ROOT) + "-" + (name.equals("aarch64") ? "arm64" : name);
  }

  /** A profiler's library that is mapped into this process, or null; Linux alone tells. */
  private static @Nullable String relative() {
    try (BufferedReader maps = new BufferedReader(new FileReader("/proc/self/maps"))) {
      for (String line = maps.readLine(); line != null; line = maps.readLine()) {
        String file = line.substring(line.lastIndexOf('/') + 1);
        for (String name : RELATIVES) {
          if (file.toLowerCase(Locale.ROOT).contains(name)) {
            return file;
          }
        }
      }
    } catch (IOException elsewhere) {
      return null;
    }
    return null;
  }

  /**
   * A loader of the jar as a module of its own: from JDK 24 on the JVM warns on the application's
   * stderr of native code that is loaded by a module without leave to do so, and leave for one
   * unnamed module is leave for all.
   */
  private static ClassLoader loader(File jar) {
    ModuleFinder finder = ModuleFinder.of(jar.toPath());
    Set<String> names =
        finder.findAll().stream()
            .map(found -> found.descriptor().name())
            .collect(Collectors.toSet());
    Configuration resolved =
        ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), names);
    ModuleLayer layer =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(resolved, ClassLoader.getPlatformClassLoader());
    Module module = layer.modules().iterator().next();
    try {
      Method allow = Module.class.getDeclaredMethod("implAddEnableNativeAccess");
      allow.setAccessible(true);
      allow.invoke(module);
    } catch (ReflectiveOperationException | RuntimeException otherJdk) {
      // Nothing to allow before JDK 22.
    }
    return module.getClassLoader();
  }

  @Override
  public void start(File recording) throws IOException {
    execute("start," + WHAT + ",jfr,file=" + recording);
  }

  @Override
  public void stop(File recording, File flameGraph, String title) throws IOException {
    try {
      execute("dump,flamegraph,title=" + title + ",file=" + flameGraph);
    } finally {
      execute("stop,jfr,file=" + recording);
    }
  }

  private void execute(String command) throws IOException {
    try {
      execute.invoke(instance, command);
    } catch (InvocationTargetException failure) {
      throw refusal(failure);
    } catch (IllegalAccessException | RuntimeException failure) {
      throw new IOException(String.valueOf(failure), failure);
    }
  }

  private static IOException refusal(InvocationTargetException failure) {
    Throwable cause = failure.getCause();
    return new IOException(
        cause == null || cause.getMessage() == null ? failure.toString() : cause.getMessage(),
        failure);
  }
}
