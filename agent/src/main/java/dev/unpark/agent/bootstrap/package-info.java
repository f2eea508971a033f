/**
 * The part of the agent that woven code calls, loaded by the boot loader so that java.base can see
 * it.
 *
 * <p>Everything here runs inside the application's threads, in the middle of the JDK's own locks.
 * So nothing here locks, parks, allocates in the steady state, loads a class for the first time,
 * calls a method that an application can override, or uses anything that is itself woven: arrays of
 * atomics and {@code System.nanoTime} are all there is. No lambdas and no string concatenation
 * either, since both run bootstrap methods when first used.
 */
@NullMarked
package dev.unpark.agent.bootstrap;

import org.jspecify.annotations.NullMarked;
