/**
 * Small real programs, each with one known fault, and what Unpark must say about each.
 *
 * <p>{@link dev.unpark.apps.Scenario} is the table of them. The programs themselves, one package
 * each, are ordinary code: they know nothing of Unpark, and nothing in Unpark knows their names.
 */
@NullMarked
package dev.unpark.apps;

import org.jspecify.annotations.NullMarked;
