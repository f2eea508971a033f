/**
 * A nightly batch that is run with more and more threads, and shows what each of them brings.
 *
 * <p>The fault: it goes on with far more threads than there are connections. It is no faster than
 * with as many, since the others wait for a connection, and takes them from everybody else.
 */
@NullMarked
package dev.unpark.apps.batch;

import org.jspecify.annotations.NullMarked;
