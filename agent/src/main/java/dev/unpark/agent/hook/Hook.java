package dev.unpark.agent.hook;

import net.bytebuddy.asm.AsmVisitorWrapper;

/**
 * One place where the agent looks.
 *
 * <p><b>Threading:</b> the weaver's thread alone calls {@link #weaving}; {@link #fires} runs on a
 * thread that does not count as the agent's own.
 */
public interface Hook {
  /** Short name, as {@code unpark.agent.hook.active} shows it. */
  String name();

  /** The class that is woven. */
  Class<?> target();

  /** What is woven into it. */
  AsmVisitorWrapper weaving();

  /**
   * Does what the hook is there to see, and looks whether it was seen.
   *
   * @throws Exception when the test itself fails, which counts as not seen
   */
  boolean fires() throws Exception;
}
