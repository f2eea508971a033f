/**
 * What an application pays for being watched, on the paths where it does not wait.
 *
 * <p>Each benchmark is run with the agent and without it, in JVMs that take turns, and without it
 * once more: the difference between the two runs without says how much of any difference is noise.
 * {@code benchmarks/run} does that.
 */
@NullMarked
package dev.unpark.benchmarks;

import org.jspecify.annotations.NullMarked;
