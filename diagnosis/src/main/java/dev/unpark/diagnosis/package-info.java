/**
 * Decides what is wrong with a JVM from what was seen of it.
 *
 * <p>{@link dev.unpark.diagnosis.Diagnostician} takes one observation after the other and answers
 * with findings that open, change and close. Inside, a timeline keeps the last looks, the wait-for
 * graph is reduced to what can never run again, and each detector turns what it sees into findings.
 *
 * <p>Nothing here reads a clock, opens a file, starts a thread or writes to a log. A diagnosis can
 * therefore be repeated a year later from saved observations, and gives the same answer.
 */
@NullMarked
package dev.unpark.diagnosis;

import org.jspecify.annotations.NullMarked;
