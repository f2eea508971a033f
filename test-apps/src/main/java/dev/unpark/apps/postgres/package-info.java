/**
 * Payments that deadlock in a real PostgreSQL, which the program starts and ends by itself.
 *
 * <p>Nothing of the JVM is stuck for long here: the database finds the ring and ends one of the two
 * transactions. What is left to see is an exception, and a payment that was lost.
 */
@NullMarked
package dev.unpark.apps.postgres;

import org.jspecify.annotations.NullMarked;
