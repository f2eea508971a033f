/**
 * Starts programs as processes of their own, on whichever JDK is asked for, and ends them again.
 *
 * <p>The demo and the end-to-end tests stand on this. A process that was started here never
 * outlives its {@link dev.unpark.apps.launch.Program}.
 */
@NullMarked
package dev.unpark.apps.launch;

import org.jspecify.annotations.NullMarked;
