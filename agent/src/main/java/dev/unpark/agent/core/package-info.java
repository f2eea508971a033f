/**
 * Puts the agent together and keeps it going: options in, threads started, findings out.
 *
 * <p>Everything that may be slow (JMX, Flight Recorder, weaving) happens on the agent's own threads
 * after the application has been let go. A failure in any of it is told once and ends that part
 * only.
 */
@NullMarked
package dev.unpark.agent.core;

import org.jspecify.annotations.NullMarked;
