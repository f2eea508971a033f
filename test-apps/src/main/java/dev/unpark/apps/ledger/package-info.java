/**
 * A ledger to which many threads post, one after the other.
 *
 * <p>The fault: every posting writes to the disk while it holds the journal's lock, and does little
 * else. So nearly all threads stand in a queue for that one lock, which is handed from waiter to
 * waiter; more threads make the queue longer and nothing faster.
 */
@NullMarked
package dev.unpark.apps.ledger;

import org.jspecify.annotations.NullMarked;
