/**
 * A shop that prices baskets on a pool of fixed size.
 *
 * <p>The fault: pricing a basket is a task of the pool, and it waits for discounts, which are tasks
 * of the same pool. With as many baskets at once as there are workers, every worker waits for a
 * task that only another worker could run.
 */
@NullMarked
package dev.unpark.apps.pricing;

import org.jspecify.annotations.NullMarked;
