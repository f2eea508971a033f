/**
 * What can be asked of the collector over HTTP: metrics, findings, JVMs, health.
 *
 * <p>Everything here only reads, and answers from what others hold.
 */
@NullMarked
package dev.unpark.collector.serve;

import org.jspecify.annotations.NullMarked;
