package dev.unpark.agent.library;

import java.util.List;
import java.util.Set;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * One place of a library where the agent looks.
 *
 * <p><b>Threading:</b> stateless; threads of the application that load classes call it.
 *
 * @see LibraryHooks
 */
interface LibraryHook {
  /** Short name, as {@code unpark.agent.hook.active} shows it. */
  String name();

  /** The classes that are woven, their names with slashes. */
  Set<String> classes();

  /**
   * What is woven into a class, each part into every method that fits.
   *
   * @param className one of {@link #classes}
   */
  List<Part> parts(String className);

  /**
   * One advice, and where it goes.
   *
   * @param needed whether a class without such a method has changed shape, and is left alone; at
   *     least one part of a class must fit in any case
   */
  record Part(Advice advice, ElementMatcher<? super MethodDescription> where, boolean needed) {
    static Part of(Class<?> advice, ElementMatcher<? super MethodDescription> where) {
      return new Part(Advice.to(advice), where, true);
    }
  }
}
