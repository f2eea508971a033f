/**
 * The state of each JVM that reports, and the order in which its observations are looked at.
 *
 * <p>Observations of one JVM are diagnosed one after the other by one worker, those of different
 * JVMs side by side. No state is shared between JVMs, so that the cost of one does not grow with
 * their number.
 */
@NullMarked
package dev.unpark.collector.fleet;

import org.jspecify.annotations.NullMarked;
