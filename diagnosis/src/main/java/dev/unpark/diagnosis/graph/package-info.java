/**
 * Who waits for whom, and which of those waits can never end.
 *
 * <p>The graph is decided by reduction: whoever may still go on is struck out, then whoever only
 * waited for those, until nothing more can be struck. What is left can never run again. Not knowing
 * always counts as being able to go on, so a remainder is never the product of ignorance.
 */
@NullMarked
package dev.unpark.diagnosis.graph;

import org.jspecify.annotations.NullMarked;
