/**
 * The command line: {@code unpark diagnose FILE...}, {@code unpark attach PID}.
 *
 * <p>A command reads its inputs, a {@link dev.unpark.dumps.judge.Diagnosis} feeds them in order of
 * time to one diagnostician per JVM, a report renders the answer. Reports go to standard output and
 * nothing else does; complaints go to standard error, four lines each: what is wrong, found,
 * expected, what to type next.
 *
 * <p>Nothing here decides what is wrong with a JVM. Nothing but {@code Main} ends the process.
 */
@NullMarked
package dev.unpark.cli;

import org.jspecify.annotations.NullMarked;
