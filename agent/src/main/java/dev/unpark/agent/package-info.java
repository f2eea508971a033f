/**
 * The agent's front door: the two classes that the application's class path can see.
 *
 * <p>All else is loaded by {@link dev.unpark.agent.AgentLoader} from {@code inst/}, or by the boot
 * loader ({@link dev.unpark.agent.bootstrap}). Nothing here logs through a library, touches JMX,
 * JUL or java.nio.file, or lets an exception reach the application.
 */
@NullMarked
package dev.unpark.agent;

import org.jspecify.annotations.NullMarked;
