/**
 * A bank that moves money between accounts, each with a lock of its own.
 *
 * <p>The fault: a transfer locks the account that it takes from and then the one that it gives to.
 * Two transfers in opposite directions lock the same two accounts in opposite order.
 */
@NullMarked
package dev.unpark.apps.payments;

import org.jspecify.annotations.NullMarked;
