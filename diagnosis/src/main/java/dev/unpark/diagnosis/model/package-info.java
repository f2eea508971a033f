/**
 * What was seen of one JVM at one moment, in one shape, wherever it was seen.
 *
 * <p>A {@linkplain dev.unpark.diagnosis.model.ObservedThread thread} waits for a {@linkplain
 * dev.unpark.diagnosis.model.Resource resource}; a resource says what must happen before such a
 * wait can end: threads that hold it go on, or an {@linkplain
 * dev.unpark.diagnosis.model.ExecutorState executor} gets to the task.
 *
 * <p>Everything here is immutable and refuses to be wrong when it is built. Nothing here knows
 * whether it came from the agent, a thread dump or a recording.
 */
@NullMarked
package dev.unpark.diagnosis.model;

import org.jspecify.annotations.NullMarked;
