/**
 * What locks and executors of the fleet cost over the last minutes, by place in the code.
 *
 * <p>It is drawn from the latest look of each JVM every few seconds, and only in memory: after a
 * restart it begins anew.
 */
@NullMarked
package dev.unpark.collector.history;

import org.jspecify.annotations.NullMarked;
