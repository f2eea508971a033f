/**
 * Something wrong with a JVM, told as an argument: who takes part, the chain of reasons, the
 * evidence, how sure we are, and what to do next.
 *
 * <p>These are values. Nothing here decides anything.
 */
@NullMarked
package dev.unpark.diagnosis.finding;

import org.jspecify.annotations.NullMarked;
