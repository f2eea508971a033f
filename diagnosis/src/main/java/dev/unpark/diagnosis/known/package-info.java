/**
 * What the stacks of well-known servers, drivers, clients and of the JDK itself mean: which threads
 * only wait for work, which wait for a database, which run an event loop.
 *
 * <p>All of that is data, in {@code known-stacks.txt}; a user's own file adds to it. No class of
 * this project names a library.
 */
@NullMarked
package dev.unpark.diagnosis.known;

import org.jspecify.annotations.NullMarked;
