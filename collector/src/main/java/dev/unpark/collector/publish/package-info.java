/**
 * Tells the outside what became of findings.
 *
 * <p>A listener never makes the worker wait that calls it: what it cannot take at once it drops and
 * counts.
 */
@NullMarked
package dev.unpark.collector.publish;

import org.jspecify.annotations.NullMarked;
