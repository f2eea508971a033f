/**
 * Looks at the threads of this JVM from outside, cheap first, and makes {@linkplain
 * dev.unpark.diagnosis.model.Observation observations} of what it sees.
 *
 * <p>A tick reads states, counts, park blockers, owners, pools and queues; stacks are taken of
 * threads in trouble only. All of it runs on the agent's own thread, and none of it takes a lock of
 * the application: private fields are read racily instead, and whoever draws a conclusion wants to
 * see the same thing twice.
 */
@NullMarked
package dev.unpark.agent.sample;

import org.jspecify.annotations.NullMarked;
