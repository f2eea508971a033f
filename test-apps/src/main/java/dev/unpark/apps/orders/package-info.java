/**
 * A service that takes orders and asks the stock service, over HTTP, about each.
 *
 * <p>The fault: the stock service turns slow, each call waits for it without a deadline, and soon
 * all workers do nothing else while orders pile up behind them. Nothing is deadlocked: it moves,
 * far too slowly.
 */
@NullMarked
package dev.unpark.apps.orders;

import org.jspecify.annotations.NullMarked;
