/**
 * Shows in half a minute what Unpark is for: a program hangs, the JVM's own tools say nothing, and
 * Unpark says why.
 *
 * <p>Nothing is played here. The collector, the program and the agent are those that a user would
 * start; the demo starts them, asks the collector's API, and ends them.
 */
@NullMarked
package dev.unpark.apps.demo;

import org.jspecify.annotations.NullMarked;
