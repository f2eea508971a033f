/**
 * A web shop in good health, under load.
 *
 * <p>Its threads wait all the time, as those of any server do: for a lock that is held briefly, for
 * a connection of a bounded pool, for the result of a task of another pool, for work, for the next
 * tick. None of it is a fault, and whoever reports one has raised a false alarm.
 */
@NullMarked
package dev.unpark.apps.shop;

import org.jspecify.annotations.NullMarked;
