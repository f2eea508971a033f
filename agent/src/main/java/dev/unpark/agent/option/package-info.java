/**
 * What the user may set: from the agent's arguments, then system properties, then the environment.
 *
 * <p>A mistake here is told in one line and never keeps the application, or the rest of the agent,
 * from starting. Nothing here opens a file or a connection.
 */
@NullMarked
package dev.unpark.agent.option;

import org.jspecify.annotations.NullMarked;
