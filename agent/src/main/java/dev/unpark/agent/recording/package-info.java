/**
 * Listens to Flight Recorder for waits that have ended: monitors, {@code Object.wait}, pinned
 * virtual threads.
 *
 * <p>A wait that never ends shows up in no event; that is the sampler's work. Thresholds rise with
 * the event rate, since Flight Recorder has no throttle for these events.
 */
@NullMarked
package dev.unpark.agent.recording;

import org.jspecify.annotations.NullMarked;
