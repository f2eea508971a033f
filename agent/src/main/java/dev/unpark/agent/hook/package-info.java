/**
 * What is woven into which method, and whether it works.
 *
 * <p>One {@link dev.unpark.agent.hook.Hook} = one class of the JDK or of a library, one advice, one
 * self-test. {@link dev.unpark.agent.hook.Hooks} lists them; {@link dev.unpark.agent.hook.Weaver}
 * applies them by retransformation, without any change of class format, and tells which are active.
 *
 * <p>Advice here only calls {@link dev.unpark.agent.bootstrap}. No task, queue or lock of the
 * application is wrapped or replaced. A hook that cannot be woven, or does not fire when tested, is
 * reported and left out; nothing else depends on it.
 */
@NullMarked
package dev.unpark.agent.hook;

import org.jspecify.annotations.NullMarked;
