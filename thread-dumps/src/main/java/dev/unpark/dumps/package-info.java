/**
 * Reads thread dumps, of whatever form, into the model.
 *
 * <p>{@link dev.unpark.dumps.DumpReader} finds out from the content which form it was given. A form
 * has one class that knows its grammar and yields what is <em>printed</em>; what a printed line
 * <em>means</em> (who waits, who holds, what cannot be known) is decided in one place for all of
 * them.
 *
 * <p>Bad content never throws. A line that should mean something and does not is a record with its
 * file and number, and the rest is read all the same. Memory grows with the threads of one file,
 * not with its size. Nothing here decides what is wrong with a JVM, and the verdict that a dump
 * itself may carry is never taken over.
 */
@NullMarked
package dev.unpark.dumps;

import org.jspecify.annotations.NullMarked;
