/**
 * What is wrong in dumps that were read, and how it is told as text and as JSON: the same whether a
 * command line or a server was given them.
 *
 * <p>Nothing here reads a file or the clock.
 */
@NullMarked
package dev.unpark.dumps.judge;

import org.jspecify.annotations.NullMarked;
