package dev.unpark.agent.sample;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Runs HotSpot's diagnostic commands in this very process, as {@code jcmd} would from outside.
 *
 * <p>It goes to the JDK's implementation directly: by way of the platform's MBean server it would
 * start that server, and an application could no longer choose its own. A runtime without the
 * module jdk.management answers nothing.
 *
 * <p><b>Threading:</b> the sampler's thread alone.
 */
final class DiagnosticCommand {
  private static final String PACKAGE = "com.sun.management.internal.";

  private @Nullable Method execute;
  private @Nullable Object target;
  private boolean sought;

  /** What the command prints, or null where it cannot be run. */
  @Nullable String run(String command) {
    if (!sought) {
      sought = true;
      find();
    }
    Method method = execute;
    try {
      return method != null && method.invoke(target, command) instanceof String text ? text : null;
    } catch (ReflectiveOperationException refused) {
      return null;
    }
  }

  private void find() {
    try {
      // Loads the library that the native method is in.
      Class.forName(PACKAGE + "PlatformMBeanProviderImpl");
      Class<?> type = Class.forName(PACKAGE + "DiagnosticCommandImpl");
      Method instance = type.getDeclaredMethod("getDiagnosticCommandMBean");
      instance.setAccessible(true);
      Method found = type.getDeclaredMethod("executeDiagnosticCommand", String.class);
      found.setAccessible(true);
      target = instance.invoke(null);
      execute = target == null ? null : found;
    } catch (ReflectiveOperationException | InaccessibleObjectException | LinkageError otherJdk) {
      execute = null;
    }
  }
}
